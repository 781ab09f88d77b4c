// One delivery in the list.
import { computed, html } from "../../ui.js";
import { to } from "../../route.js";
import { now } from "../../mock/clock.js";
import { titleOf } from "../../mock/facts.js";
import { AttemptMarks, Status } from "../../parts/attempts.js";
import { Countdown, Time, dateOf } from "../../parts/time.js";

const oneLine = ["Time", "Vendor", "Event", "Account", "Target", "Session", "Status", "Attempts", "Next"];
const twoLines = [["Event", "Account", "Target", "Status"], ["Time", "Vendor", "Attempts", "Tags", "Next"]];

// A column's class ends with -cell, because a status is drawn by its own.
const cell = (title) => `cell ${title.toLowerCase()}-cell`;

const lines = (two, draw) => (two ? twoLines.map((titles, i) => html`<span key=${i} class="line">${titles.map(draw)}</span>`) : oneLine.map(draw));

// headOf are the cells of the list's first row.
export const headOf = (two) => lines(two, (title) => html`<span key=${title} role="columnheader" class=${cell(title)}>${title}</span>`);

const today = computed(() => dateOf(now.value)); // ticks once a day, not with the clock

// Row is the inside of a record's row, in one line or in two; wanted are the
// filters that its link keeps, stop is whether Tab stops at it.
export function Row({ record, wanted, open, two, stop }) {
	return lines(two, (title) => html`<span key=${title} role="cell" class=${cell(title)}>${inside[title]({ record, wanted, open, two, stop })}</span>`);
}

// inside draws the cells of a record. The tags stand beside the event where there
// is one line, and have a cell of their own where there are two. The link covers
// the whole row, so that what there is to be read over it is the link's.
const inside = {
	Time: ({ record: { createdAt } }) => html`${dateOf(createdAt) !== today.value && html`<span class="day">${dateOf(createdAt).slice(5)} </span>`}<${Time} at=${createdAt} />`,
	Vendor: ({ record: { provider } }) => titleOf(provider),
	Event: ({ record, wanted, open, two, stop }) => html`<a href=${to("deliveries", record.id, wanted)} tabindex=${stop ? 0 : -1} aria-current=${open ? "true" : undefined} title=${tagsOf(record).map(({ words }) => words).join("\n") || undefined}>${record.event}</a>${!two && tagged(record)}`,
	Account: ({ record: { account } }) => account,
	Target: ({ record: { url } }) => html`<span title=${url}>${url.replace(/^https?:\/\//, "")}</span>`,
	Session: ({ record: { session } }) => html`<span title=${session}>${session}</span>`,
	Status: ({ record: { status } }) => html`<${Status} status=${status} />`,
	Attempts: ({ record }) => html`<span class=${record.attempts.length > 14 ? "crowded" : ""}><${AttemptMarks} record=${record} /></span>`,
	Tags: ({ record }) => tagged(record),
	Next: ({ record: { nextAt } }) => html`<${Countdown} to=${nextAt} />`,
};

// tagged draws the tags of a record.
const tagged = (record) => tagsOf(record).map(({ kind, text, more }) => html`<span key=${kind} class=${`tag ${kind}`}>
	<span class="first">${text}</span>${more.length > 0 && html`<span class="more" aria-hidden="true">+${more.length}</span><span class="sr">, ${more.join(", ")}</span>`}
</span>`);

// tagsOf say why a delivery is not like the others: a word, more of them for which
// there is no room, and all of it in words.
function tagsOf({ faults: [first, ...more], duplicateOf, redeliveryOf }) {
	return [
		redeliveryOf && { kind: "redelivery", text: "redelivery", more: [], words: `The bytes of ${redeliveryOf} once more` },
		duplicateOf && { kind: "copy", text: "copy", more: [], words: `A copy of ${duplicateOf}` },
		first && { kind: "fault", text: first, more, words: `Made to go wrong: ${[first, ...more].join(", ")}` },
	].filter(Boolean);
}
