// A text area with the numbers of its lines.
import { html, useMemo, useRef } from "../ui.js";

// NumberedArea marks the lines whose numbers are in wrong, a set. Area is a ref of
// the textarea, and all further attributes are the textarea's.
export function NumberedArea({ text, onText, wrong, area, ...rest }) {
	const numbers = useRef();
	const count = text.split("\n").length;
	const drawn = useMemo(() => Array.from({ length: count }, (_, i) => html`<i key=${i} class=${wrong.has(i + 1) ? "wrong" : ""}>${i + 1}</i>`), [count, wrong]);
	return html`<div class="numbered">
		<div class="numbers" aria-hidden="true" ref=${numbers}>${drawn}</div>
		<textarea ref=${area} wrap="off" spellcheck=${false} autocomplete="off" autocapitalize="off" value=${text}
			onInput=${(event) => onText(event.target.value)} onScroll=${(event) => (numbers.current.scrollTop = event.target.scrollTop)} ...${rest}></textarea>
	</div>`;
}
