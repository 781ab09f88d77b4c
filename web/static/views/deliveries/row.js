// One delivery in the list.
import { computed, html } from "../../ui.js";
import { to } from "../../route.js";
import { now } from "../../mock/clock.js";
import { titleOf } from "../../mock/facts.js";
import { AttemptMarks, Status } from "../../parts/attempts.js";
import { Countdown, Time, dateOf } from "../../parts/time.js";

const titles = ["Time", "Vendor", "Event", "Account", "Target", "Session", "Status", "Attempts", "Next"];

// A column's class ends with -cell, because a status is drawn by its own.
const cell = (name) => `cell ${name.toLowerCase()}-cell`;

// head are the cells of the list's first row.
export const head = titles.map((title) => html`<span key=${title} role="columnheader" class=${cell(title)}>${title}</span>`);

const today = computed(() => dateOf(now.value)); // ticks once a day, not with the clock

// Row is the inside of a record's row; wanted are the filters that its link keeps.
export function Row({ record, wanted, open }) {
	const { id, createdAt, provider, event, account, url, session, status, nextAt, attempts } = record;
	const day = dateOf(createdAt);
	return html`
		<span role="cell" class=${cell("time")}>${day !== today.value && html`<span class="day">${day.slice(5)} </span>`}<${Time} at=${createdAt} /></span>
		<span role="cell" class=${cell("vendor")}>${titleOf(provider)}</span>
		<span role="cell" class=${cell("event")}><a href=${to("deliveries", id, wanted)} aria-current=${open ? "true" : undefined}>${event}</a><${Tags} record=${record} /></span>
		<span role="cell" class=${cell("account")}>${account}</span>
		<span role="cell" class=${cell("target")} title=${url}>${url.replace(/^https?:\/\//, "")}</span>
		<span role="cell" class=${cell("session")} title=${session}>${session}</span>
		<span role="cell" class=${cell("status")}><${Status} status=${status} /></span>
		<span role="cell" class=${attempts.length > 14 ? `${cell("attempts")} crowded` : cell("attempts")}><${AttemptMarks} record=${record} /></span>
		<span role="cell" class=${cell("next")}><${Countdown} to=${nextAt} /></span>`;
}

// Tags say why a delivery is not like the others.
function Tags({ record: { faults, duplicateOf, redeliveryOf } }) {
	return html`
		${redeliveryOf && html`<span class="tag" title=${`The bytes of ${redeliveryOf} once more`}>redelivery</span>`}
		${duplicateOf && html`<span class="tag" title=${`A copy of ${duplicateOf}`}>copy</span>`}
		${faults.length > 0 && html`<span class="tag fault" title=${`Made to go wrong: ${faults.join(", ")}`}>${faults[0]}${faults.length > 1 ? ` +${faults.length - 1}` : ""}</span>`}`;
}
