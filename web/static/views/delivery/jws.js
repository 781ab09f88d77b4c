// A signed token taken apart: three parts in three colours.
import { html, useState } from "../../ui.js";
import { now } from "../../mock/clock.js";
import { Copy } from "../../parts/action.js";
import { Code } from "../../parts/code.js";
import { away, dateOf, timeOf } from "../../parts/time.js";
import { revealed } from "../../parts/unseen.js";
import { timesIn } from "./token.js";

const names = ["header", "claims", "signature"];
const most = 600; // characters of a part that are drawn until somebody asks for all

export function Token({ token }) {
	const { name, text, parts, header, claims } = token;
	const [all, setAll] = useState(false);
	const long = parts.some((part) => part.length > most);
	return html`
		<section class="card token" aria-label="Token">
			<div class="head"><h3>The token${name && html` in <code>${revealed(name)}</code>`}</h3><${Copy} text=${text} label="Copy" aria-label="Copy the token" /></div>
			<p class="parts mono" tabindex="0" role="region" aria-label="Parts of the token">${parts.map((part, i) => html`${i > 0 && "."}<span class=${`part ${names[i]}`} title=${names[i]}>${revealed(all || part.length <= most ? part : `${part.slice(0, most)}…`)}</span>`)}</p>
			${long && html`<button type="button" class="quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>${all ? "Show less" : `Show all ${text.length.toLocaleString("en")} characters`}</button>`}
		</section>
		<div class="token header"><${Code} label="Header" text=${header} pretty /></div>
		<div class="token claims">
			${claims === null ? html`<p class="muted">The claims cannot be read as a JSON object.</p>` : html`
				<${Times} claims=${claims} />
				<${Code} label="Claims" text=${claims} pretty />`}
		</div>
		<p class="muted token signature">${parts[2] ? `The signature has ${parts[2].length} characters, and is of the bytes of header, dot and claims.`
		: `There is no signature: ${parts.length === 2 ? "the token ends with its claims" : "nothing follows the last dot"}.`}</p>`;
}

function Times({ claims }) {
	const times = timesIn(claims);
	return times.length > 0 && html`<dl class="facts times">${times.map(({ name, value, at, behind, ahead }) => html`
		<dt class="mono">${name}</dt>
		<dd>${at === null ? html`<span class="muted"><bdi>${revealed(JSON.stringify(value).slice(0, 80))}</bdi> is no number of seconds</span>`
			: html`<time dateTime=${new Date(at).toISOString()}>${dateOf(at)} ${timeOf(at)} UTC</time>, <${Distance} at=${at} behind=${behind} ahead=${ahead} />`}</dd>`)}</dl>`;
}

// Distance goes on saying how far a time is from the mock's now, in whole seconds
// as tokens count.
function Distance({ at, behind, ahead }) {
	const time = Math.floor(now.value / 1000) * 1000;
	return html`<strong>${at <= time ? behind : ahead} ${away(new Date(at).toISOString(), time)}</strong>`;
}
