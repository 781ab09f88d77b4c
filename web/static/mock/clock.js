// The mock's clock, as the page keeps it between two looks at the real one.
import { signal } from "../ui.js";
import { get } from "./api.js";
import { link, listen, relist } from "./feed.js";

// clock is as the mock tells it: {now, rate, next, pending}. It is not known until
// the mock was asked for the first time.
export const clock = signal({ known: false, now: new Date(0).toISOString(), rate: 1, next: null, pending: 0 });

// now is what the mock's clock shows, in milliseconds since 1970. It ticks while
// the clock runs.
export const now = signal(0);

const tick = 250; // real milliseconds between two ticks
const look = 2_000; // and between two looks, because others move it too
const soon = 100; // in which many reasons to look become one

let seen = 0; // when the mock was asked, by the browser's own clock
let asked;

// setClock takes over what the mock has told.
export function setClock(told) {
	seen = performance.now();
	clock.value = { ...clock.value, ...told, known: true };
	now.value = shown();
}

const shown = () => Date.parse(clock.value.now) + (performance.now() - seen) * clock.value.rate;

async function read(signal) {
	const before = seen;
	const told = await get("clock", { signal });
	if (seen === before) { // or somebody has moved it meanwhile, and was told later than this
		setClock(told);
	}
}

// lookSoon asks the mock, once for many reasons at a time.
export function lookSoon() {
	asked ??= setTimeout(() => {
		asked = undefined;
		read().catch(() => {}); // the feed says so when the mock is gone
	}, soon);
}

relist(read);
listen(({ kind }) => {
	if (kind === "attempt" || kind === "delivery") {
		lookSoon();
	}
});

setInterval(() => {
	if (link.value === "live" && clock.value.rate > 0 && !document.hidden) {
		now.value = shown();
	}
}, tick);
setInterval(() => {
	if (link.value === "live" && !document.hidden) {
		lookSoon();
	}
}, look);
