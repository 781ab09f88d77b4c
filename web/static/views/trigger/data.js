// What the vendor is told about the event: fields made from the event's schema,
// or JSON.
import { html, useState } from "../../ui.js";
import { CheckField, SelectField, TextField } from "../../parts/field.js";
import { numberOr } from "./draft.js";
import { JSONArea } from "./editor.js";
import { parsed } from "./json.js";
import { alternativeOf, fieldOf, memberKinds, withMember } from "./schema.js";

// Data is the part of the form for an event's data. Problem may say what is wrong
// with them.
export function Data({ event: { schema, example, summary, name }, data, onData, problem }) {
	const [raw, setRaw] = useState(false);
	const known = schema?.properties !== undefined;
	const asJSON = raw || !known;
	return html`<section class="card data" aria-labelledby="trigger-data">
		<div class="head">
			<h2 id="trigger-data">Data</h2>
			<span class="buttons">
				<button type="button" class="quiet" onClick=${() => onData(example ?? undefined)}>Example</button>
				<button type="button" class="quiet" onClick=${() => onData(undefined)}>Defaults</button>
				${known && html`<button type="button" class="quiet" aria-pressed=${raw} onClick=${() => setRaw(!raw)}>As JSON</button>`}
			</span>
		</div>
		${known && Object.keys(schema.properties).length === 0 && !raw && html`<p class="muted">This event needs no data.</p>`}
		${asJSON
			? html`<${JSONField} key=${name} label="Data as JSON" value=${data} onValue=${onData} errors=${problem?.at("data") ?? []} rows=${10} hint=${known ? undefined : summary} />`
			: html`<${Members} path="data" schema=${schema} value=${data} onValue=${onData} problem=${problem} />`}
	</section>`;
}

// Members are the fields of an object; path is where it stands in the request.
function Members({ path, schema, value, onValue, problem }) {
	const fields = memberKinds(schema, value);
	const named = fields.map(({ name }) => name);
	for (const name of Object.keys(value ?? {}).filter((name) => !named.includes(name))) {
		fields.push({ name, kind: "json", hint: "The schema has no such member." });
	}
	const placed = fields.flatMap(({ name }) => problem?.at(`${path}.${name}`) ?? []);
	const rest = problem?.at(path).filter((error) => !placed.includes(error)) ?? [];
	return html`<div class="fields">
		${rest.length > 0 && html`<ul class="wrong field wide">${rest.map(({ location, message }) => html`<li><code>${location}</code> ${message}</li>`)}</ul>`}
		${fields.map((field) => html`<${Member} key=${field.name} ...${field} at=${`${path}.${field.name}`} value=${value?.[field.name]} problem=${problem}
			onValue=${(member) => onValue(withMember(value, field.name, member))} />`)}
	</div>`;
}

function Member({ name, kind, hint, options, schema, at, value, onValue, problem }) {
	const errors = problem?.at(at) ?? [];
	const shared = { label: name, hint, errors };
	const absent = schema?.default === undefined ? "(default)" : `(default: ${schema.default})`;
	switch (kind) {
	case "choice": {
		const choices = options.includes(value) || value === undefined ? options : [...options, value];
		const of = (text) => choices.find((option) => `${option}` === text);
		return html`<${SelectField} ...${shared} value=${value === undefined ? "" : `${value}`} onValue=${(text) => onValue(of(text))}
			options=${[["", absent], ...choices.map((option) => [`${option}`, `${option}`])]} />`;
	}
	case "choices": {
		const chosen = value ?? [];
		const set = (option, on) => options.filter((one) => (one === option ? on : chosen.includes(one)));
		return html`<fieldset class="field any-of">
			<legend>${name}</legend>
			${options.map((option) => html`<${CheckField} key=${option} label=${option} checked=${chosen.includes(option)} onChecked=${(on) => onValue(set(option, on).length > 0 ? set(option, on) : undefined)} />`)}
			${errors.length > 0 && html`<ul class="wrong">${errors.map(({ message }) => html`<li>${message}</li>`)}</ul>`}
			${hint && html`<p class="hint">${hint}</p>`}
		</fieldset>`;
	}
	case "number":
		return html`<${NumberField} ...${shared} value=${value} placeholder=${absent} onValue=${onValue} />`;
	case "text":
		return html`<${TextField} ...${shared} value=${value} placeholder=${absent} onValue=${(text) => onValue(text || undefined)} />`;
	case "object":
		return html`<details class="field wide" open=${value !== undefined || errors.length > 0}>
			<summary>${name}${hint && html` <span class="hint">${hint}</span>`}</summary>
			<${Members} path=${at} schema=${schema} value=${value} onValue=${onValue} problem=${problem} />
		</details>`;
	case "either":
		return html`<${Either} ...${{ name, hint, options, at, value, onValue, problem }} />`;
	default:
		return html`<${JSONField} ...${shared} value=${value} onValue=${onValue} rows=${3} />`;
	}
}

// NumberField is a number, or what was typed for one. The text stays as it was
// typed while it stands for the value: of -0.5 and 1.05, -0 and 1.0 are beginnings.
function NumberField({ value, onValue, ...rest }) {
	const [typed, setTyped] = useState("");
	const meant = (text) => (text === "" ? undefined : numberOr(text));
	const text = meant(typed) === value ? typed : `${value ?? ""}`;
	return html`<${TextField} ...${rest} inputmode="decimal" value=${text} onValue=${(text) => { setTyped(text); onValue(meant(text)); }} />`;
}

// Either is a member that can have one of several shapes: the one that its value
// has, or that was chosen last.
function Either({ name, hint, options, at, value, onValue, problem }) {
	const [chosen, setChosen] = useState(0);
	const shape = value === undefined ? chosen : alternativeOf(options, value);
	const titles = options.map((schema, i) => schema.title ?? (schema.properties ? `${name} by its members` : schema.type ?? `shape ${i + 1}`));
	return html`<fieldset class="field wide either fields">
		<${SelectField} label=${`How ${name} is given`} options=${titles.map((title, i) => [`${i}`, title])} value=${`${shape}`}
			onValue=${(index) => { setChosen(Number(index)); onValue(undefined); }} />
		<${Member} key=${shape} name=${name} hint=${hint} schema=${options[shape]} ...${fieldOf(options[shape], value)} ...${{ at, value, onValue, problem }} />
	</fieldset>`;
}

// JSONField is a member as JSON, nothing at all when it is empty. While its text
// is no JSON, the value stays what it was.
function JSONField({ value, onValue, ...rest }) {
	const written = value === undefined ? "" : JSON.stringify(value, null, 2);
	const [typed, setTyped] = useState({ text: written, of: written });
	const { text, wrong } = typed.of === written ? typed : { text: written };
	const onText = (text) => {
		const empty = text.trim() === "";
		const { value, wrong } = empty ? {} : parsed(text);
		setTyped({ text, wrong, of: wrong ? written : empty ? "" : JSON.stringify(value, null, 2) });
		if (!wrong) {
			onValue(value);
		}
	};
	return html`<${JSONArea} ...${rest} text=${text} onText=${onText} wrong=${wrong} />`;
}
