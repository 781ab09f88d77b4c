// One delivery in the list.
import { computed, html } from "../../ui.js";
import { to } from "../../route.js";
import { now } from "../../mock/clock.js";
import { titleOf } from "../../mock/facts.js";
import { AttemptMarks, Status } from "../../parts/attempts.js";
import { Countdown, Time, dateOf } from "../../parts/time.js";

const oneLine = ["Time", "Vendor", "Event", "Account", "Target", "Session", "Status", "Attempts", "Next"];
const twoLines = [["Event", "Account", "Target", "Status"], ["Time", "Vendor", "Attempts", "Next"]];

// A column's class ends with -cell, because a status is drawn by its own.
const cell = (title) => `cell ${title.toLowerCase()}-cell`;

const lines = (two, draw) => (two ? twoLines.map((titles, i) => html`<span key=${i} class="line">${titles.map(draw)}</span>`) : oneLine.map(draw));

// headOf are the cells of the list's first row.
export const headOf = (two) => lines(two, (title) => html`<span key=${title} role="columnheader" class=${cell(title)}>${title}</span>`);

const today = computed(() => dateOf(now.value)); // ticks once a day, not with the clock

// Row is the inside of a record's row, in one line or in two; wanted are the
// filters that its link keeps.
export function Row({ record, wanted, open, two }) {
	return lines(two, (title) => html`<span key=${title} role="cell" class=${cell(title)}>${inside[title](record, wanted, open)}</span>`);
}

// inside draws the cells of a record.
const inside = {
	Time: ({ createdAt }) => html`${dateOf(createdAt) !== today.value && html`<span class="day">${dateOf(createdAt).slice(5)} </span>`}<${Time} at=${createdAt} />`,
	Vendor: ({ provider }) => titleOf(provider),
	Event: (record, wanted, open) => html`<a href=${to("deliveries", record.id, wanted)} aria-current=${open ? "true" : undefined}>${record.event}</a><${Tags} record=${record} />`,
	Account: ({ account }) => account,
	Target: ({ url }) => html`<span title=${url}>${url.replace(/^https?:\/\//, "")}</span>`,
	Session: ({ session }) => html`<span title=${session}>${session}</span>`,
	Status: ({ status }) => html`<${Status} status=${status} />`,
	Attempts: (record) => html`<span class=${record.attempts.length > 14 ? "crowded" : ""}><${AttemptMarks} record=${record} /></span>`,
	Next: ({ nextAt }) => html`<${Countdown} to=${nextAt} />`,
};

// Tags say why a delivery is not like the others.
function Tags({ record: { faults, duplicateOf, redeliveryOf } }) {
	return html`
		${redeliveryOf && html`<span class="tag" title=${`The bytes of ${redeliveryOf} once more`}>redelivery</span>`}
		${duplicateOf && html`<span class="tag" title=${`A copy of ${duplicateOf}`}>copy</span>`}
		${faults.length > 0 && html`<span class="tag fault" title=${`Made to go wrong: ${faults.join(", ")}`}>${faults[0]}${faults.length > 1 ? ` +${faults.length - 1}` : ""}</span>`}`;
}
