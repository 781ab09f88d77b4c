// One delivery: what it is, its attempts on the mock's time, and one of them from
// near.
import { html, useEffect, useRef } from "../../ui.js";
import { to } from "../../route.js";
import { useResource } from "../../mock/resource.js";
import { Status } from "../../parts/attempts.js";
import { Time } from "../../parts/time.js";
import { AttemptView } from "./attempt.js";
import { Buttons } from "./buttons.js";
import { Facts } from "./facts.js";
import { Timeline, aheadOf } from "./timeline.js";

// DeliveryView shows the delivery of an ID. The query says which attempt, by its
// number, and which tab; without a number it is the last, also when another is
// made. Close is the address of the list.
export function DeliveryView({ id, query, close }) {
	const path = `deliveries/${encodeURIComponent(id)}`;
	const { data: record, error } = useResource(path, { changes: concerns(id) });
	const title = useRef();
	useEffect(() => {
		if (document.activeElement === document.body) {
			title.current?.focus(); // what was clicked to come here is gone
		}
	}, [record === undefined]);
	if (!record) {
		return html`<div class="delivery page"><${Back} close=${close} />${error && html`<${Missing} error=${error} id=${id} />`}</div>`;
	}
	const wanted = Number(query.attempt) || record.attempts.at(-1)?.n;
	const attempt = record.attempts.find(({ n }) => n === wanted);
	const addressOf = (members) => to("deliveries", id, { ...query, ...members });
	return html`<div class="delivery page">
		<${Back} close=${close} />
		<header class="head"><h1 tabindex="-1" ref=${title}>${record.event}</h1><${Status} status=${record.status} /></header>
		<${Buttons} record=${record} query=${query} />
		<${Facts} record=${record} query=${query} />
		<${Timeline} record=${record} chosen=${wanted} addressOf=${(n) => addressOf({ attempt: n, against: "" })} />
		${attempt ? html`<${AttemptView} record=${record} attempt=${attempt} query=${query} addressOf=${addressOf} />`
		: html`<${NotMade} record=${record} n=${wanted} />`}
	</div>`;
}

// concerns says of an entry of the journal whether it may change what a delivery
// shows: the attempts that are planned follow from settings.
const concerns = (id) => (entry) => entry.id === id || /\.(account|business|webhook)$/.test(entry.kind);

const Back = ({ close }) => html`<nav class="back" aria-label="Back"><a href=${close}>← <span>All deliveries</span></a></nav>`;

function Missing({ error, id }) {
	return html`<section class="empty">
		<h1>${error.status === 404 ? "Forgotten" : "Not to be had"}</h1>
		<p>${error.status === 404 ? html`The mock knows no delivery <code>${id}</code>. It forgets finished ones in time, and all of them when it is reset.` : error.message}</p>
	</section>`;
}

function NotMade({ record, n }) {
	const { attempts, status } = record;
	if (attempts.length === 0) {
		return html`<p class="muted">No attempt has been made${status === "pending" ? " yet" : ", and none will be"}.</p>`;
	}
	const at = aheadOf(record)[n - attempts.length - 1];
	return html`<p class="muted">There is no attempt ${n}${at ? html` yet: it is planned for <${Time} at=${at} />` : ""}. Choose one above.</p>`;
}
