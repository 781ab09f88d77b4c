// A text field for YAML, with numbered lines and marks at those that are wrong.
import { html, useId } from "../../ui.js";
import { NumberedArea } from "../../parts/numbered.js";

// YAMLArea is handed the ref of its textarea. Wrong are the numbers of lines with
// problems, described the ID of what says so; the children stand beside the
// label. Tab leaves the field as any other.
export function YAMLArea({ label, text, onText, onSave, wrong, described, area, children }) {
	const id = useId();
	const store = (event) => {
		if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			onSave();
		}
	};
	const indent = (event) => {
		if (event.inputType === "insertLineBreak") {
			event.preventDefault();
			type(`\n${indentAfter(event.target)}`);
		}
	};
	return html`<div class="yaml">
		<div class="label"><label for=${id}>${label}</label>${children}</div>
		<${NumberedArea} id=${id} ...${{ text, onText, wrong, area }} aria-invalid=${wrong.size > 0 ? "true" : undefined} aria-describedby=${described} onbeforeinput=${indent} onKeyDown=${store} />
	</div>`;
}

// type writes at the cursor, so that the browser can take it back.
const type = (text) => document.execCommand("insertText", false, text);

// indentAfter is what the line after the cursor's begins with: as much as that
// one, and more below a key that opens something or beside the dash of a list.
function indentAfter({ value, selectionStart }) {
	const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
	const [, spaces, dash] = /^( *)(- +)?/.exec(line);
	const opens = /(?::|[>|][+-]?)\s*$/.test(line);
	if (dash) {
		return spaces + (opens ? " ".repeat(dash.length + 2) : "");
	}
	return spaces + (opens ? "  " : "");
}

// placeCursor puts the cursor at a line and column, both counted from 1, and that
// line into sight.
export function placeCursor(area, line, column = 1) {
	const lines = area.value.split("\n");
	const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
	const at = before + unitsOf(lines[line - 1] ?? "", column - 1);
	area.focus();
	area.setSelectionRange(at, at);
	const height = area.scrollHeight / lines.length;
	area.scrollTop = Math.max(0, (line - 1) * height - area.clientHeight / 3);
}

// unitsOf is how long the first characters of a text are as JavaScript counts.
const unitsOf = (text, characters) => [...text].slice(0, Math.max(0, characters)).join("").length;
