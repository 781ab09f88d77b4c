// Texts of programs: as they came, or as JSON that people can read.
import { html, useMemo, useState } from "../ui.js";
import { Copy } from "./action.js";
import { revealed, revealing } from "./unseen.js";

const most = 100_000; // characters that are drawn until somebody asks for all
const deepest = 24; // levels that are indented: thousands of "[" would take all memory

// Code shows a text with a button that copies it. Pretty writes JSON indented and
// in colours; what is no JSON stays as it is.
export function Code({ text = "", pretty = false, label, actions }) {
	const [all, setAll] = useState(false);
	const shown = useMemo(() => (pretty ? indented(text) : text), [text, pretty]);
	const cut = !all && shown.length > most;
	const part = cut ? shown.slice(0, most) : shown;
	return html`<figure class="code">
		<figcaption><span>${label}</span><span class="buttons">${actions}<${Copy} text=${shown} aria-label=${`Copy ${label ?? "this"}`} /></span></figcaption>
		<pre tabindex="0" role="region" aria-label=${label ?? "Text"}><code>${pretty ? coloured(part) : revealed(part)}</code></pre>
		${cut && html`<button type="button" class="quiet" onClick=${() => setAll(true)}>Show all ${shown.length.toLocaleString("en")} characters</button>`}
	</figure>`;
}

// indented is JSON with two spaces a level. Numbers and duplicate members are
// kept as they were written, which JSON.parse would change: so only white space
// between tokens is.
export function indented(text) {
	try {
		JSON.parse(text);
	} catch {
		return text;
	}
	let depth = 0;
	const line = () => `\n${"  ".repeat(Math.min(depth, deepest))}`;
	return tokens(text).filter((token) => token.trim() !== "").reduce((written, token, i, all) => {
		switch (token) {
		case "{": case "[":
			if (all[i + 1] === "}" || all[i + 1] === "]") {
				return written + token;
			}
			depth++;
			return written + token + line();
		case "}": case "]":
			if (all[i - 1] === "{" || all[i - 1] === "[") {
				return written + token;
			}
			depth--;
			return written + line() + token;
		case ",":
			return written + token + line();
		case ":":
			return `${written}: `;
		default:
			return written + token;
		}
	}, "");
}

// tokens are the parts of a JSON text; put together they are the text. A string
// without an end goes to the end of the text: to look for it once more behind each
// of its quotes takes seconds.
const tokens = (text) => text.match(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[{}[\],:]|[^\s"{}[\],:]+|\s+/g) ?? [];

// coloured makes elements of a JSON text, token by token.
function coloured(text) {
	const all = tokens(text);
	const reveal = revealing(text);
	return all.map((token, i) => {
		const kind = kindOf(token, all, i);
		return kind ? html`<span class=${kind}>${reveal(token)}</span>` : reveal(token);
	});
}

function kindOf(token, all, i) {
	if (token.startsWith('"')) {
		const next = all[i + 1]?.trim() === "" ? all[i + 2] : all[i + 1];
		return next === ":" ? "name" : "text";
	}
	return /^(-?\d|true|false|null)/.test(token) ? "literal" : "";
}
