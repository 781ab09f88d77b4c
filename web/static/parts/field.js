// Fields of forms: a label, the control, a hint, and what is wrong beside it.
import { html, useId } from "../ui.js";
import { forPeople } from "../mock/api.js";
import { counted } from "./attempts.js";

// Field draws what is around a control. Errors are of a Problem: {message}.
// Control is called with the attributes that tie it to its label and errors.
export function Field({ label, hint, errors = [], control, wide = false }) {
	const id = useId();
	const hinted = hint ? `${id}-hint` : "";
	const wrong = errors.length > 0 ? `${id}-wrong` : "";
	return html`<div class=${wide ? "field wide" : "field"}>
		<label for=${id}>${label}</label>
		${control({ id, "aria-describedby": `${wrong} ${hinted}`.trim() || undefined, "aria-invalid": wrong ? "true" : undefined })}
		${wrong && html`<ul id=${wrong} class="wrong">${errors.map((error) => html`<li>${forPeople(error)}</li>`)}</ul>`}
		${hint && html`<p id=${hinted} class="hint">${hint}</p>`}
	</div>`;
}

// TextField is one line of text. Further attributes are the input's.
export function TextField({ label, hint, errors, wide, value, onValue, type = "text", ...rest }) {
	return html`<${Field} ...${{ label, hint, errors, wide }} control=${(tied) => html`<input type=${type} value=${value ?? ""} spellcheck=${false} autocomplete="off" onInput=${(event) => onValue(event.target.value)} ...${tied} ...${rest} />`} />`;
}

// AreaField is a text of many lines.
export function AreaField({ label, hint, errors, wide = true, value, onValue, ...rest }) {
	return html`<${Field} ...${{ label, hint, errors, wide }} control=${(tied) => html`<textarea spellcheck=${false} autocomplete="off" value=${value ?? ""} onInput=${(event) => onValue(event.target.value)} ...${tied} ...${rest}></textarea>`} />`;
}

// SelectField is a choice of options: names, or [value, text] pairs.
export function SelectField({ label, hint, errors, wide, value, onValue, options, ...rest }) {
	const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
	return html`<${Field} ...${{ label, hint, errors, wide }} control=${(tied) => html`<select value=${value} onChange=${(event) => onValue(event.target.value)} ...${tied} ...${rest}>
		${pairs.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
	</select>`} />`;
}

// CheckField is a yes or no.
export function CheckField({ label, hint, checked, onChecked, ...rest }) {
	const id = useId();
	return html`<div class="field check">
		<input type="checkbox" id=${id} checked=${checked} onChange=${(event) => onChecked(event.target.checked)} aria-describedby=${hint ? `${id}-hint` : undefined} ...${rest} />
		<label for=${id}>${label}</label>
		${hint && html`<p id=${`${id}-hint`} class="hint">${hint}</p>`}
	</div>`;
}

// Wrong is what a form says of a Problem: how much of it stands beside these
// fields, which are members of the request, and all the rest.
export function Wrong({ problem, fields = [] }) {
	if (!problem) {
		return null;
	}
	const rest = problem.elsewhere?.(fields) ?? [];
	const beside = new Set((problem.errors ?? []).filter((error) => !rest.includes(error)).map(({ location }) => location)).size;
	return html`<div class="notice wrong" role="alert">
		<p>${beside > 0 && rest.length === 0 ? `${counted(beside, "field needs", "fields need")} attention.` : forPeople(problem)}</p>
		${rest.length > 0 && html`<ul>${rest.map((error) => html`<li><code>${error.location}</code> ${forPeople(error)}</li>`)}</ul>`}
	</div>`;
}
