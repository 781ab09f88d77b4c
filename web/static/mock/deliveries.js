// What the mock has delivered and is about to: the list that every view reads.
// Attempts are as in a list of the control API, without request and response.
import { batch, signal } from "../ui.js";
import { get, query } from "./api.js";
import { listen, relist } from "./feed.js";

// deliveries has every delivery that the mock remembers, newest first.
export const deliveries = signal([]);

// listed is whether deliveries has all of them yet.
export const listed = signal(false);

// One answer of a list has so many: few enough that a page of long journeys is
// read in a moment. The page holds at most so many: more than a mock keeps by
// default.
const pageSize = 250;
const most = 20_000;

// Milliseconds in which many changes become one, so that a busy mock is drawn no
// more often than people see; longer where there are thousands to look through.
const together = () => Math.min(300, 60 + known.size / 20);

let known = new Map(); // by ID, oldest first
let announced;

// deliveryOf finds one by its ID.
export const deliveryOf = (id) => known.get(id);

// announce has deliveries follow known, soon.
function announce() {
	announced ??= setTimeout(publish, together());
}

function publish() {
	clearTimeout(announced);
	announced = undefined;
	forget();
	deliveries.value = [...known.values()].reverse();
}

// forget lets the oldest final ones go, as the mock does.
function forget() {
	if (known.size <= most) {
		return;
	}
	for (const [id, { status }] of known) {
		if (known.size <= most) {
			return;
		}
		if (status !== "pending") {
			known.delete(id);
		}
	}
}

// list reads them all. The first time it shows the newest while it still reads;
// afterwards what was shown stays until all is there.
async function list(signal) {
	const pages = []; // newest first
	let cursor = "";
	let count = 0;
	do {
		const page = await get(`deliveries${query({ order: "desc", limit: pageSize, cursor })}`, { signal });
		pages.push(page.deliveries);
		count += page.deliveries.length;
		cursor = page.nextCursor;
		if (!listed.value && pages.length === 1) {
			await breath();
			show(pages);
		}
	} while (cursor && count < most);
	await breath();
	if (signal.aborted) {
		return;
	}
	batch(() => {
		show(pages);
		listed.value = true;
	});
}

// breath lets the page answer its user between reading much and drawing it.
const breath = () => new Promise((resolve) => setTimeout(resolve));

function show(pages) {
	known = new Map(pages.flat().reverse().map((record) => [record.id, record]));
	publish();
}

relist(list);

listen((entry) => {
	switch (entry.kind) {
	case "delivery":
		known.set(entry.data.id, { ...entry.data, attempts: known.get(entry.data.id)?.attempts ?? [] });
		return announce();
	case "attempt":
		return attempted(entry.data);
	}
});

// attempted adds an attempt, or puts it in the place of the one that is there.
function attempted({ request, response, ...attempt }) {
	const record = known.get(attempt.delivery);
	if (!record) {
		return;
	}
	const attempts = record.attempts.filter(({ n }) => n !== attempt.n);
	attempts.push(attempt);
	attempts.sort((a, b) => a.n - b.n);
	// One that was listed already is heard again, and later ones may be known.
	const isLast = attempts.at(-1) === attempt;
	const nextAt = record.status !== "pending" ? null : isLast ? attempt.nextAt ?? null : record.nextAt;
	known.set(record.id, { ...record, nextAt, attempts });
	announce();
}
