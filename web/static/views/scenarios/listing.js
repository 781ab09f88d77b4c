// A text with the numbers of its lines, to read.
import { html, useEffect, useRef } from "../../ui.js";
import { Action, Copy } from "../../parts/action.js";
import { download } from "./document.js";

// Listing shows one line as the one that is meant, when line is its number. File
// is what the text is called when it is downloaded.
export function Listing({ label, file, text, line }) {
	const meant = useRef();
	useEffect(() => meant.current?.scrollIntoView({ block: "center" }), [text, line]);
	return html`<figure class="code listing">
		<figcaption><span>${label}</span><span class="buttons"><${Action} kind="quiet" run=${async () => download(text, file)}>Download<//><${Copy} text=${text} aria-label="Copy the YAML" /></span></figcaption>
		<pre tabindex="0" role="region" aria-label=${label}><code>${text.replace(/\n$/, "").split("\n").map((content, i) => html`<span key=${i} class=${i + 1 === line ? "line meant" : "line"} ref=${i + 1 === line ? meant : undefined} data-line=${i + 1}>${content}${"\n"}</span>`)}</code></pre>
	</figure>`;
}
