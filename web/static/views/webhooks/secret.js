// Secrets: covered until somebody wants to see them.
import { html, useState } from "../../ui.js";
import { Copy } from "../../parts/action.js";
import { Field } from "../../parts/field.js";

// SecretField is a line of text that shows as dots until it is revealed. Open is
// whether it is revealed from the start, copied whether it can be copied.
export function SecretField({ label, hint, errors, wide, value, onValue, open = false, copied = false, ...rest }) {
	const [shown, setShown] = useState(open);
	const control = (tied) => html`<span class="secret">
		<input type=${shown ? "text" : "password"} value=${value} spellcheck=${false} autocomplete="new-password" onInput=${(event) => onValue(event.target.value)} ...${tied} ...${rest} />
		<button type="button" class="quiet" aria-label=${`${shown ? "Hide" : "Reveal"}: ${label}`} onClick=${() => setShown(!shown)}>${shown ? "Hide" : "Reveal"}</button>
		${copied && value !== "" && html`<${Copy} text=${value} aria-label=${`Copy: ${label}`} />`}
	</span>`;
	return html`<${Field} ...${{ label, hint, errors, wide, control }} />`;
}
