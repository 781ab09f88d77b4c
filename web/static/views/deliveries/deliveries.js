// Deliveries: the list, and beside it the one that is open.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../ui.js";
import { useKeys } from "../../keyboard.js";
import { go, to } from "../../route.js";
import { deliveries, listed } from "../../mock/deliveries.js";
import { Rows, focusChosen } from "../../parts/rows.js";
import { DeliveryView } from "../delivery/delivery.js";
import { Filters, focusSearch } from "./filters.js";
import { Greeting } from "./greeting.js";
import { Row, headOf } from "./row.js";
import { filters, matching, useFound } from "./search.js";

export { filters } from "./search.js";

// The heights of rows in pixels: in one line, and in two.
const lineHeight = 36;
const twoLinesHeight = 56;

// DeliveriesView shows the list with its filters in the query; a delivery's ID
// in the path opens that one.
export function DeliveriesView({ path: [id], query }) {
	const all = deliveries.value;
	const wanted = filters(query);
	const about = JSON.stringify(wanted);
	const { found, looking } = useFound(wanted.q, all);
	const shown = useMemo(() => all.filter(matching(wanted, found)), [all, found, about]);
	const two = useTwoLines(id);
	const search = useRef();
	const list = useRef();
	const detail = useRef();
	const { chosen, choose, move } = useChosen(shown, id, list);
	const open = (record, options) => go(to("deliveries", record.id, wanted), options);
	const step = (by) => {
		const next = move(by);
		if (next && id) {
			open(next, { replace: true }); // one goes back to the list, not through what one passed
		}
	};
	const stepWithin = (by) => ({ target }) => (target.closest(".row") ? step(by) : false); // elsewhere they scroll
	useKeys({
		"/": () => focusSearch(search.current),
		"j": () => step(+1),
		"k": () => step(-1),
		"ArrowDown": stepWithin(+1),
		"ArrowUp": stepWithin(-1),
		"Enter": ({ target }) => {
			const control = target.closest("a, button, summary");
			if (control?.matches(".row [aria-current]")) {
				detail.current.querySelector("h1")?.focus(); // it is open: read on there
			} else if (control) {
				control.click();
			} else if (chosen >= 0) {
				open(shown[chosen]);
			}
		},
		"Escape": () => id && go(to("deliveries", wanted)),
	});
	if (all.length === 0 && !id && listed.value) {
		return html`<${Greeting} query=${query} />`;
	}
	return html`<div class=${`split${id ? " open" : ""}${two ? " two" : ""}`}>
		<section class="list" aria-label="Deliveries" ref=${list}>
			<h1 class="sr">Deliveries</h1>
			<${Filters} all=${all} query=${query} search=${search} count=${shown.length} looking=${looking} path=${id ? ["deliveries", id] : ["deliveries"]} enter=${() => move(chosen < 0 ? +1 : 0)} />
			<${Rows} items=${shown} height=${two ? twoLinesHeight : lineHeight} chosen=${chosen} choose=${choose} label="Deliveries" head=${headOf(two)} about=${about}
				row=${(record, stop) => html`<${Row} record=${record} wanted=${wanted} open=${record.id === id} two=${two} stop=${stop} />`} />
			${shown.length === 0 && listed.value && html`<${Nothing} count=${all.length} looking=${looking} />`}
		</section>
		${id && html`<section class="detail" aria-label="Delivery" ref=${detail}><${DeliveryView} key=${id} id=${id} query=${query} close=${to("deliveries", wanted)} /></section>`}
	</div>`;
}

// Nothing is what stands where the filters let nothing through.
function Nothing({ count, looking }) {
	if (count === 0) {
		return html`<p class="nothing">There are no deliveries. <a href=${to("trigger")}>Trigger an event</a>, and its delivery shows here.</p>`;
	}
	return html`<p class="nothing">${looking ? "Looking into what was sent and answered…" : html`Nothing matches. <a href=${to("deliveries")}>Clear the filters</a> to see all ${count.toLocaleString("en")}.`}</p>`;
}

// useChosen is the index of the chosen row, -1 when none is, what chooses a record,
// and what moves on, to a record that it returns. What is opened is chosen, and
// what has the focus. The row stays chosen when others come in above it, and has
// the focus when keys have moved to it, or when its delivery was closed, unless
// somebody has gone on to the filters. Where it is gone with the focus, the next in
// its place has it.
function useChosen(shown, open, list) {
	const [id, setID] = useState(open);
	const focusing = useRef(false);
	const opened = useRef(open);
	useLayoutEffect(() => {
		if (open) {
			setID(open);
		} else if (opened.current && !document.activeElement?.closest(".filters")) {
			focusChosen(list.current);
		}
		opened.current = open;
	}, [open]);
	useLayoutEffect(() => {
		if (focusing.current || list.current?.querySelector(".row:not(.chosen) a:focus")) {
			focusing.current = false;
			focusChosen(list.current);
		}
	});
	const chosen = useMemo(() => shown.findIndex((record) => record.id === id), [shown, id]);
	const place = useRef(0);
	const focused = list.current?.querySelector(".row.chosen a") === document.activeElement; // as drawn before
	useLayoutEffect(() => {
		if (chosen >= 0) {
			place.current = chosen;
		} else if (focused && shown.length > 0) {
			focusing.current = true;
			setID(shown[Math.min(place.current, shown.length - 1)].id);
		} else if (focused) {
			document.querySelector("main").focus({ preventScroll: true });
		}
	}, [chosen]);
	const choose = (record) => setID(record.id);
	const move = (by) => {
		const next = shown[Math.min(shown.length - 1, Math.max(0, chosen + by))];
		if (next) {
			focusing.current = true;
			setID(next.id);
			if (next.id === id) { // and nothing is drawn anew
				focusChosen(list.current);
			}
		}
		return next;
	};
	return { chosen, choose, move };
}

const narrow = matchMedia("(max-width: 58rem)");
const beside = matchMedia("(min-width: 75rem)"); // as in deliveries.css

// useTwoLines is whether a row takes two lines: on a narrow screen, and beside a
// delivery that is open.
function useTwoLines(open) {
	const [, draw] = useState();
	useEffect(() => {
		const look = () => draw({});
		narrow.addEventListener("change", look);
		beside.addEventListener("change", look);
		return () => {
			narrow.removeEventListener("change", look);
			beside.removeEventListener("change", look);
		};
	}, []);
	return narrow.matches || Boolean(open) && beside.matches;
}
