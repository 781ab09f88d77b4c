// One delivery: what it is, its attempts on the mock's time, and one of them from
// near.
import { html, useEffect, useRef } from "../../ui.js";
import { to } from "../../route.js";
import { isOfSettings, useResource } from "../../mock/resource.js";
import { Status } from "../../parts/attempts.js";
import { Time } from "../../parts/time.js";
import { revealed } from "../../parts/unseen.js";
import { AttemptView } from "./attempt.js";
import { Buttons } from "./buttons.js";
import { Facts } from "./facts.js";
import { useFlight } from "./flight.js";
import { Timeline, aheadOf } from "./timeline.js";

// DeliveryView shows the delivery of an ID. The query says which attempt, by its
// number, and which tab; without a number it is the last, also when another is
// made. Close is the address of the list.
export function DeliveryView({ id, query, close }) {
	const path = `deliveries/${encodeURIComponent(id)}`;
	const { data: record, error, reload } = useResource(path, { changes: concerns(id) });
	const flying = useFlight(record, reload);
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
		<${Buttons} record=${record} query=${query} flying=${flying} reload=${reload} />
		<${Facts} record=${record} query=${query} />
		<${Timeline} record=${record} flying=${flying} chosen=${wanted} addressOf=${(n) => addressOf({ attempt: n, against: "" })} />
		${attempt ? html`<${AttemptView} record=${record} attempt=${attempt} query=${query} addressOf=${addressOf} />`
		: html`<${NotMade} record=${record} flying=${flying} n=${wanted} />`}
	</div>`;
}

// concerns says of an entry of the journal whether it may change what a delivery
// shows: the attempts that are planned follow from settings.
const concerns = (id) => (entry) => entry.id === id || isOfSettings(entry);

// Back leads to the list: which of its words are shown is the width's to say.
const Back = ({ close }) => html`<nav class="back" aria-label="Back">
	<a class="all" href=${close}>← <span>All deliveries</span></a>
	<a class="button" href=${close} title="Back to the list alone (Esc)"><span aria-hidden="true">×</span> Close</a>
</nav>`;

function Missing({ error, id }) {
	return html`<section class="empty">
		<h1>${error.status === 404 ? "Forgotten" : "Not to be had"}</h1>
		<p>${error.status === 404 ? html`The mock knows no delivery <code>${revealed(id)}</code>. It forgets finished ones in time, and all of them when it is reset or started anew.` : error.message}</p>
	</section>`;
}

function NotMade({ record, flying, n }) {
	const { attempts, status } = record;
	const next = (attempts.at(-1)?.n ?? 0) + 1;
	if (flying && (n ?? next) === next) {
		return html`<p class="muted">Attempt ${next} is being made now: the answer is still to come.</p>`;
	}
	if (attempts.length === 0) {
		return html`<p class="muted">No attempt has been made${status === "pending" ? " yet" : ", and none will be"}.</p>`;
	}
	const at = aheadOf(record)[n - attempts.length - 1];
	return html`<p class="muted">There is no attempt ${n}${at ? html` yet: it is planned for <${Time} at=${at} />` : ""}. Choose one above.</p>`;
}
