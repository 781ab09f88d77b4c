// What is to go wrong: faults picked from the catalogue.
import { html, useId, useRef, useState } from "../../ui.js";
import { SelectField, TextField } from "../../parts/field.js";
import { counted } from "../../parts/attempts.js";
import { chosenFault } from "./draft.js";

// available lists the faults of the catalogue that a webhook of this vendor can
// have. Those of its API are armed, and concern no webhook.
const available = (catalogue, vendor) =>
	catalogue.filter(({ stage, providers }) => stage !== "api" && providers.includes(vendor));

// Faults are those of a draft, and the catalogue to pick more from.
export function Faults({ catalogue, vendor, faults, onFaults, problem }) {
	const change = (key, members) => onFaults(faults.map((fault) => (fault.key === key ? { ...fault, ...members } : fault)));
	const listed = faults.flatMap((_, i) => problem?.at(`faults[${i}]`) ?? []);
	const rest = problem?.at("faults").filter((error) => !listed.includes(error)) ?? [];
	const box = useRef();
	const remove = (key) => {
		onFaults(faults.filter((fault) => fault.key !== key));
		box.current.focus(); // its button is gone
	};
	return html`<section class="card faults" aria-labelledby="trigger-faults" tabindex="-1" ref=${box}>
		<h2 id="trigger-faults">Faults</h2>
		${rest.length > 0 && html`<ul class="wrong">${rest.map(({ message }) => html`<li>${message}</li>`)}</ul>`}
		${faults.length === 0 && html`<p class="muted">Nothing goes wrong. Add a fault to see what the receiver makes of it.</p>`}
		<ul class="chosen-faults">${faults.map((fault, i) => html`<li key=${fault.key}><${Chosen} fault=${fault} spec=${catalogue.find(({ name }) => name === fault.name)}
			at=${`faults[${i}]`} problem=${problem} onChange=${(members) => change(fault.key, members)} onRemove=${() => remove(fault.key)} /></li>`)}</ul>
		<${Picker} faults=${available(catalogue, vendor)} onPick=${({ name }) => onFaults([...faults, chosenFault(name)])} />
	</section>`;
}

// Picker is the catalogue with a search in it.
function Picker({ faults, onPick }) {
	const [text, setText] = useState("");
	const id = useId();
	const words = text.toLowerCase().split(/\s+/);
	const found = faults.filter((fault) => words.every((word) => `${fault.stage} ${fault.name} ${fault.summary} ${fault.finds}`.toLowerCase().includes(word)));
	const stages = [...new Set(found.map(({ stage }) => stage))];
	const pickFirst = (event) => {
		if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && text && found.length > 0) {
			onPick(found[0]);
			setText("");
		}
	};
	return html`<details class="picker">
		<summary>Add a fault</summary>
		<label class="sr" for=${id}>Search the faults</label>
		<input id=${id} type="search" placeholder="Search ${faults.length} faults" value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${pickFirst} autocomplete="off" spellcheck=${false} />
		<p class="sr" role="status">${text && counted(found.length, "fault")}</p>
		<div class="catalogue">
			${found.length === 0 && html`<p class="muted">No fault matches. Try fewer words.</p>`}
			${stages.map((stage) => html`<div key=${stage} role="group" aria-label=${stage}>
				<h3 aria-hidden="true">${stage}</h3>
				${found.filter((fault) => fault.stage === stage).map((fault) => html`<button type="button" key=${fault.name} onClick=${() => onPick(fault)}>
					<code>${fault.name}</code> <span>${fault.summary}.</span> <span class="muted">Finds a receiver that ${fault.finds}.</span>
				</button>`)}
			</div>`)}
		</div>
	</details>`;
}

// noAttempts is said of what is no list of attempts, as somebody who types one
// would say it: the mock speaks of JSON.
const noAttempts = { message: "want numbers from 1, with commas, such as 1, 3" };

const attempts = [["all", "every attempt"], ["first", "the first attempt"], ["list", "these attempts"]];

// Chosen is one fault with what can be said of it.
function Chosen({ fault, spec, at, problem, onChange, onRemove }) {
	const errors = (member) => problem?.at(`${at}.${member}`) ?? [];
	const params = spec?.params ?? [];
	const listed = fault.on === "list";
	const onWrong = errors("on");
	const placed = [...params.map(({ name }) => `params.${name}`), ...(spec?.on ? ["on", "probability"] : [])].flatMap(errors);
	const rest = problem?.at(at).filter((error) => !placed.includes(error)) ?? [];
	return html`<div role="group" aria-label=${fault.name}>
		<div class="head">
			<p><code>${fault.name}</code> ${spec?.summary}</p>
			<button type="button" class="quiet" aria-label=${`Remove ${fault.name}`} onClick=${onRemove}>Remove</button>
		</div>
		${rest.length > 0 && html`<ul class="wrong">${rest.map(({ message }) => html`<li>${message}</li>`)}</ul>`}
		<div class="fields">
			${params.map((param) => html`<${TextField} key=${param.name} label=${param.name} hint=${`${param.summary} (${param.type})`} errors=${errors(`params.${param.name}`)}
				placeholder=${param.default === null ? "required" : `${param.default}`} value=${fault.params[param.name]}
				onValue=${(value) => onChange({ params: { ...fault.params, [param.name]: value } })} />`)}
			${spec?.on && html`<${SelectField} label="On" options=${attempts} value=${fault.on} errors=${listed ? [] : onWrong} onValue=${(on) => onChange({ on })} />`}
			${spec?.on && listed && html`<${TextField} label="Attempts" placeholder="1, 3" hint="numbers, from 1" value=${fault.attempts} errors=${onWrong.length > 0 ? [noAttempts] : []} onValue=${(attempts) => onChange({ attempts })} />`}
			${spec?.on && html`<${TextField} label="Probability" inputmode="decimal" placeholder="1" hint="0 to 1, drawn for each attempt" value=${fault.probability} errors=${errors("probability")} onValue=${(probability) => onChange({ probability })} />`}
		</div>
	</div>`;
}
