// Deliveries: the list, and beside it the one that is open.
import { html, useEffect, useMemo, useRef, useState } from "../../ui.js";
import { useKeys } from "../../keyboard.js";
import { go, to } from "../../route.js";
import { deliveries, listed } from "../../mock/deliveries.js";
import { titleOf } from "../../mock/facts.js";
import { AttemptMarks, Status } from "../../parts/attempts.js";
import { Rows } from "../../parts/rows.js";
import { Countdown, Time } from "../../parts/time.js";
import { DeliveryView } from "../delivery/delivery.js";
import { Filters } from "./filters.js";
import { Greeting } from "./greeting.js";
import { matching, useFound } from "./search.js";

// DeliveriesView shows the list with its filters in the query; a delivery's ID
// in the path opens that one.
export function DeliveriesView({ path: [id], query }) {
	const all = deliveries.value;
	const found = useFound(query.q, all);
	const shown = useMemo(() => all.filter(matching(query, found)), [all, found, JSON.stringify(query)]);
	const search = useRef();
	const narrow = useNarrow();
	const [chosen, move] = useChosen(shown, id);
	useKeys({
		"/": () => search.current?.focus(),
		"j": () => move(+1),
		"k": () => move(-1),
		"Enter": (event) => event.target.closest("a, button, summary") ? event.target.click() : chosen >= 0 && go(to("deliveries", shown[chosen].id, filters(query))),
		"Escape": (event) => event.target.matches("input, select") ? event.target.blur() : id && go(to("deliveries", filters(query))),
	});
	if (all.length === 0 && !id && listed.value) {
		return html`<${Greeting} />`;
	}
	return html`<div class=${id ? "split open" : "split"}>
		<section class="list" aria-label="Deliveries">
			<h1 class="sr">Deliveries</h1>
			<${Filters} all=${all} query=${query} search=${search} count=${shown.length} />
			<${Rows} items=${shown} height=${narrow ? 68 : 38} chosen=${chosen} label="Deliveries" head=${head}
				row=${(record) => html`<${Row} record=${record} query=${query} open=${record.id === id} />`} />
		</section>
		${id && html`<section class="detail" aria-label="Delivery"><${DeliveryView} key=${id} id=${id} query=${query} close=${to("deliveries", filters(query))} /></section>`}
	</div>`;
}

// filters are what of a query belongs to the list, not to the open delivery.
export const filters = ({ provider, account, status, session, event, q }) => ({ provider, account, status, session, event, q });

const head = ["Time", "Vendor", "Event", "Account", "Target", "Status", "Attempts", "Next"].map((title) =>
	html`<span role="columnheader" class=${`cell ${title === "Status" ? "status-cell" : title.toLowerCase()}`}>${title}</span>`);

function Row({ record, query, open }) {
	const { id, createdAt, provider, event, account, url, status, nextAt, faults } = record;
	return html`
		<span role="cell" class="cell time"><${Time} at=${createdAt} /></span>
		<span role="cell" class="cell vendor">${titleOf(provider)}</span>
		<span role="cell" class="cell event"><a href=${to("deliveries", id, filters(query))} aria-current=${open ? "true" : undefined}>${event}</a>${faults.length > 0 && html` <span class="fault" title=${faults.join(", ")}>${faults[0]}${faults.length > 1 ? ` +${faults.length - 1}` : ""}</span>`}</span>
		<span role="cell" class="cell account">${account}</span>
		<span role="cell" class="cell target" title=${url}>${url}</span>
		<span role="cell" class="cell status-cell"><${Status} status=${status} /></span>
		<span role="cell" class="cell attempts"><${AttemptMarks} record=${record} /></span>
		<span role="cell" class="cell next"><${Countdown} to=${nextAt} /></span>`;
}

// useChosen is the index of the row that the keys have chosen, -1 when none is,
// and what moves it. The row stays chosen when others come in above it.
function useChosen(shown, open) {
	const [id, setID] = useState(open);
	useEffect(() => open && setID(open), [open]);
	const chosen = shown.findIndex((record) => record.id === id);
	const move = (by) => {
		const next = shown[Math.min(shown.length - 1, Math.max(0, chosen + by))];
		if (next) {
			setID(next.id);
		}
	};
	return [chosen, move];
}

const narrowQuery = matchMedia("(max-width: 44rem)");

// useNarrow is whether a row takes two lines.
function useNarrow() {
	const [narrow, setNarrow] = useState(narrowQuery.matches);
	useEffect(() => {
		const look = () => setNarrow(narrowQuery.matches);
		narrowQuery.addEventListener("change", look);
		return () => narrowQuery.removeEventListener("change", look);
	}, []);
	return narrow;
}
