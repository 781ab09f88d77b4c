// Whether what was sent is authentic, and what that follows from. The page knows
// no vendor here: it shows what the mock has found out.
import { html, useMemo } from "../../ui.js";
import { faults } from "../../mock/facts.js";
import { isOfSettings, useResource } from "../../mock/resource.js";
import { Code } from "../../parts/code.js";
import { Wrong } from "../../parts/field.js";
import { Time } from "../../parts/time.js";
import { revealed } from "../../parts/unseen.js";
import { lookedInto, sizeOf, textOf } from "./body.js";
import { Token } from "./jws.js";
import { common } from "./lines.js";
import { tokenIn } from "./token.js";

// judges is whether a verdict may be another one after an entry of the journal.
const judges = (entry) => entry.kind === "key" || isOfSettings(entry);

export function Signature({ record: { id }, attempt }) {
	const { n, request } = attempt;
	const path = `deliveries/${encodeURIComponent(id)}/attempts/${n}/verification`;
	const { data: report, error } = useResource(request ? path : null, { changes: judges });
	const token = useMemo(() => {
		const { text } = textOf(request);
		return lookedInto(text) ? tokenIn(text) : null;
	}, [request?.body, request?.bodyBase64]);
	if (!request) {
		return html`<p class="muted">Nothing was sent.</p>`;
	}
	return html`
		<${Wrong} problem=${error} />
		${report && html`<${Verdict} report=${report} attempt=${attempt} />`}
		${report?.signature && html`<${BodySignature} signature=${report.signature} />`}
		${token && html`<${Token} token=${token} />`}`;
}

// Verdict claims no more than what is signed shows: a receiver may have other
// reasons to refuse an attempt, and some that were made to go wrong stand beside.
function Verdict({ report: { authentic, inOrder, findings, notes }, attempt }) {
	const [kind, words] = inOrder ? ["", "Authentic: the signature holds, and so does what it signs."]
		: authentic ? ["warn", "Authentic, but odd: a correct receiver may refuse it."]
		: ["wrong", "Not authentic: a correct receiver refuses it."];
	return html`<section class="verdict" aria-label="Verdict">
		<div class=${`notice ${kind}`}><div>
			<p><strong>${words}</strong></p>
			${findings.length > 0 && html`<ul class="findings">${findings.map(({ code, message }) => html`<li><bdi>${revealed(message)}</bdi> <code>${code}</code></li>`)}</ul>`}
		</div></div>
		<p class="muted">As of the attempt, at <${Time} at=${attempt.at} />, by the keys and secrets that hold now${notes.length > 0 ? ":" : "."}</p>
		${notes.length > 0 && html`<ul class="muted notes">${notes.map((note) => html`<li>${revealed(note)}</li>`)}</ul>`}
		<${Besides} attempt=${attempt} />
	</section>`;
}

// Besides is what else there is to an attempt that receivers go by.
function Besides({ attempt: { error, faults: made = [] } }) {
	return html`<dl class="facts">
		${made.length > 0 && html`<dt>Made to go wrong</dt><dd>${made.map((name) => html`<p><code>${name}</code> ${faults.value.find((fault) => fault.name === name)?.summary}</p>`)}</dd>`}
		${error && html`<dt>What came of it</dt><dd>${revealed(error)}</dd>`}
		<dt>Not judged</dt><dd>the credentials and the other headers, and whether all of it arrived</dd>
	</dl>`;
}

// BodySignature is a signature that stands in a header, and is of the body.
function BodySignature({ signature: { algorithm, header, given, expected, signed, signedBase64 } }) {
	const { text, binary, size } = textOf({ body: signed, bodyBase64: signedBase64 });
	const alike = given === expected;
	const from = common(given, expected);
	return html`<section class="card body-signature" aria-label="Signature over the body">
		<h3>${header}</h3>
		<p class="muted">${algorithm}</p>
		<dl class="facts">
			<dt>Given</dt><dd class="mono">${given === "" ? "nothing" : alike ? given : html`${revealed(given.slice(0, from))}<mark class="odd">${revealed(given.slice(from))}</mark>`}</dd>
			<dt>Expected</dt><dd class="mono">${expected}</dd>
		</dl>
		<p class=${alike ? "good" : "bad"}>${alike ? "They are equal." : from > 0 ? `They differ from character ${from + 1} on.` : "They differ."}</p>
		<${Code} label=${`The signed bytes, ${sizeOf(size)}`} text=${text} />
		${binary && html`<p class="muted">They are not UTF-8: bytes that are no character show as \ufffd.</p>`}
	</section>`;
}
