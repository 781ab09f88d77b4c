// The request of an attempt as a command for a shell.
import { html } from "../../ui.js";
import { Code } from "../../parts/code.js";
import { curlOf, quoted } from "../../parts/curl.js";
import { textOf } from "./body.js";

// Linux takes arguments of 128 KiB at most; printf is the shell's own and has no
// such limit.
const longest = 100_000;

// Left to cURL, which knows them better once somebody changes the body.
const own = ["content-length", "transfer-encoding", "connection"];

export function Command({ attempt: { request } }) {
	if (!request) {
		return html`<p class="muted">Nothing was sent.</p>`;
	}
	const { command, remarks } = commandOf(request);
	return html`
		<${Code} label="cURL" text=${command} />
		${remarks.length > 0 && html`<ul class="muted notes">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}`;
}

// commandOf is {command, remarks}: what sends the same bytes once more, and what
// one has to know of it.
function commandOf({ method, url, headers, body = "", bodyBase64, secretHeaders = [] }) {
	const kept = Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => !own.includes(name.toLowerCase())));
	const remarks = [];
	if (secretHeaders.length > 0) {
		remarks.push(`Secrets show as ***. Put your own in: ${secretHeaders.join(", ")}.`);
	}
	const piped = (source) => ({ command: `${source} | ${curlOf({ method, url, headers: kept })} \\\n  --data-binary @-`, remarks });
	if (bodyBase64) {
		remarks.push("The body is not UTF-8: it comes from Base64, byte for byte.");
		return piped(`printf %s ${quoted(bodyBase64)} | base64 -d`);
	}
	if (body.includes("\0")) { // which is in no shell's text
		return piped(`printf %b ${quoted(body.replaceAll("\\", "\\\\").replaceAll("\0", "\\0000"))}`);
	}
	if (textOf({ body }).size > longest) {
		return piped(`printf %s ${quoted(body)}`);
	}
	return { command: curlOf({ method, url, headers: kept, body }), remarks };
}
