// What a delivery is, in words and links.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { titleOf } from "../../mock/facts.js";
import { Copy } from "../../parts/action.js";
import { Time, dateOf } from "../../parts/time.js";
import { revealed } from "../../parts/unseen.js";
import { elsewhere } from "./link.js";

// FactList shows rows of [name, value, wide], and leaves out what has no value.
export const FactList = ({ rows }) => html`<dl class="fact-list">${rows.filter(([, value]) => value).map(([name, value, wide]) =>
	html`<div class=${wide ? "wide" : ""}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

// Facts lists what a delivery is.
export function Facts({ record, query }) {
	const { id, provider, account, webhook, session, url, createdAt, faults, run, duplicateOf, redeliveryOf, cancelReason, attempts } = record;
	const latest = attempts.findLast(({ request }) => request)?.request.url;
	const rows = [
		["Vendor", titleOf(provider)],
		["Account", revealed(account)],
		["Webhook", revealed(webhook)],
		["Sent", html`${dateOf(createdAt)} <${Time} at=${createdAt} precise /> UTC`],
		["Session", session && html`<a class="mono" href=${to("deliveries", { session })} title="All deliveries of this session">${revealed(session)}</a>`],
		["ID", html`<span class="mono">${id}</span> <${Copy} text=${id} aria-label="Copy the ID" />`],
		["Target", html`<span class="mono">${revealed(url)}</span>${latest && latest !== url && html`<span class="muted">, and the last attempt went to</span> <span class="mono">${revealed(latest)}</span>`}`, true],
		["Faults", faults.length > 0 && html`<span class="faults">${faults.join(", ")}</span>`],
		["Copy of", duplicateOf && html`<a class="mono" href=${to("deliveries", duplicateOf, elsewhere(query))}>${duplicateOf}</a>`],
		["Redelivery of", redeliveryOf && html`<a class="mono" href=${to("deliveries", redeliveryOf, elsewhere(query))}>${redeliveryOf}</a>`],
		["Run", run && html`<a class="mono" href=${to("runs", run)}>${run}</a>`],
		["Cancelled", revealed(cancelReason)],
	];
	return html`<${FactList} rows=${rows} />`;
}
