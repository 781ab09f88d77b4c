// What the forms of all webhooks have in common.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { address } from "../../mock/api.js";
import { deliveries } from "../../mock/deliveries.js";
import { receiverOf } from "../../mock/facts.js";
import { Action } from "../../parts/action.js";
import { counted } from "../../parts/attempts.js";
import { Code } from "../../parts/code.js";
import { curlOf } from "../../parts/curl.js";
import { TextField } from "../../parts/field.js";

// URLField is where a webhook goes. The built-in receiver of the account is one
// click away.
export function URLField({ value, onValue, account, errors }) {
	const receiver = receiverOf(account);
	return html`<div class="url wide">
		<${TextField} label="URL" type="url" value=${value} onValue=${onValue} errors=${errors} placeholder="http://127.0.0.1:3000/hook" />
		${value !== receiver && html`<p class="hint">${value === "" && "No receiver yet? "}<${Action} kind="quiet" run=${async () => onValue(receiver)}>Use the built-in receiver<//></p>`}
	</div>`;
}

// Outcome says what saving did, and what can be done now.
export function Outcome({ draft: { outcome, edited }, vendor, account, set = true }) {
	return outcome && !edited && html`<div class="notice" role="status">
		<p>${outcome === "replaced" ? "Saved. It replaced what was there." : "Saved."}</p>
		${set && html`<a class="button" href=${to("trigger", { provider: vendor, account })}>Trigger an event</a>`}
	</div>`;
}

// SaveButtons end a form. The children are further buttons.
export function SaveButtons({ draft: { edited, saving, load, stale }, exists, children }) {
	return html`<div class="buttons">
		<button type="submit" class="primary" aria-busy=${saving}>Save</button>
		${edited && !stale && html`<${Action} run=${async () => load()}>Undo the edits<//>`}
		${children}
		<span class="muted" role="status">${edited ? "Not saved yet." : exists ? "" : "Not set up yet."}</span>
	</div>`;
}

// waiting counts the deliveries that still have an attempt to come.
const waiting = (vendor, account, webhook) => deliveries.value.filter((one) =>
	one.status === "pending" && one.provider === vendor && one.account === account && one.webhook === webhook).length;

// Waiting says what becomes of the deliveries that wait for a webhook when it is
// deleted. Fate is the end of "it ..." and "each ...".
export function Waiting({ vendor, account, webhook, fate }) {
	const count = waiting(vendor, account, webhook);
	return html`<p>${count === 0 ? "No delivery is waiting for it." : `${counted(count, "delivery is", "deliveries are")} still waiting: ${count === 1 ? "it" : "each"} ${fate}.`}</p>`;
}

// Command is what saves a form from a shell. Body is JSON, or what is made JSON.
export function Command({ path, body }) {
	return html`<details class="command"><summary>The same as a command</summary>
		<${Code} label="cURL" text=${curlOf({ method: "PUT", url: address(path), headers: { "Content-Type": "application/json" }, body: typeof body === "string" ? body : JSON.stringify(body) })} />
	</details>`;
}
