// What an attempt sent, and what came back.
import { html, useMemo } from "../../ui.js";
import { Copy } from "../../parts/action.js";
import { Code } from "../../parts/code.js";
import { revealed } from "../../parts/unseen.js";
import { headerLines, lookedInto, sizeOf, textOf } from "./body.js";

export function RequestShown({ attempt: { request }, raw, onRaw }) {
	if (!request) {
		return html`<p class="muted">Nothing was sent.</p>`;
	}
	return html`
		<${Code} label="Headers" text=${[`${request.method} ${request.url}`, ...headerLines(request.headers)].join("\n")} />
		${request.secretHeaders?.length > 0 && html`<p class="muted">Secrets show as ***: ${request.secretHeaders.join(", ")}.</p>`}
		<${Body} of=${request} raw=${raw} onRaw=${onRaw} />`;
}

export function ResponseShown({ attempt: { response, status, error, ignoredStatus }, raw, onRaw }) {
	const came = status || ignoredStatus;
	return html`
		${error && html`<p class="notice wrong"><span>${revealed(error)}</span></p>`}
		${ignoredStatus > 0 && html`<p class="notice warn">The answer was ${ignoredStatus}, and a fault threw it away.</p>`}
		${!response && !error && html`<p class="muted">There was no answer.</p>`}
		${response && html`
			<${Code} label="Headers" text=${[...(came ? [`HTTP ${came}`] : []), ...headerLines(response.headers)].join("\n")} />
			<${Body} of=${response} raw=${raw} onRaw=${onRaw} />
			${response.truncated && html`<p class="muted">There was more: the mock keeps the first 64 KiB of an answer.</p>`}`}`;
}

// Body shows the body of a request or of an answer, pretty or as it is.
function Body({ of, raw, onRaw }) {
	const { text, binary, size } = useMemo(() => textOf(of), [of.body, of.bodyBase64]);
	if (size === 0) {
		return html`<p class="muted">There is no body.</p>`;
	}
	const pretty = !raw && !binary && lookedInto(text);
	return html`
		<${Code} label=${`Body, ${sizeOf(size)}`} text=${text} pretty=${pretty} actions=${html`
			${binary && html`<${Copy} text=${of.bodyBase64} label="Copy as Base64" />`}
			<button type="button" class="quiet" aria-pressed=${!raw} onClick=${() => onRaw(false)}>Pretty</button>
			<button type="button" class="quiet" aria-pressed=${raw} onClick=${() => onRaw(true)}>Raw</button>`} />
		${binary && html`<p class="muted">It is not UTF-8: bytes that are no character show as \ufffd.</p>`}`;
}
