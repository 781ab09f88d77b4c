// A JSON text that can be edited, with the numbers of its lines.
import { html, useId, useMemo } from "../../ui.js";
import { NumberedArea } from "../../parts/numbered.js";
import { said } from "./json.js";

// JSONArea is a field of JSON. Wrong is the mistake in its text, {line, column,
// message}; errors are what the mock says of it.
export function JSONArea({ label, text, onText, wrong, errors = [], hint, rows = 12 }) {
	const id = useId();
	const lines = useMemo(() => new Set(wrong ? [wrong.line] : []), [wrong?.line]);
	const messages = [...(wrong ? [said(wrong)] : []), ...errors.map(({ location, message }) => `${place(location)}${message}`)];
	const described = [messages.length > 0 && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ");
	return html`<div class="field wide json">
		<label for=${id}>${label}</label>
		<${NumberedArea} id=${id} rows=${rows} text=${text} onText=${onText} wrong=${lines}
			aria-invalid=${messages.length > 0 ? "true" : undefined} aria-describedby=${described || undefined} data-unread=${wrong ? "" : undefined} />
		${messages.length > 0 && html`<ul id=${`${id}-wrong`} class="wrong">${messages.map((message) => html`<li>${message}</li>`)}</ul>`}
		${hint && html`<p id=${`${id}-hint`} class="hint">${hint}</p>`}
	</div>`;
}

// place is where in the field an error is, when it names that.
function place(location = "") {
	const inner = location.replace(/^body\.\w+\.?/, "");
	return inner ? `${inner}: ` : "";
}
