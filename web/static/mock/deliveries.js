// What the mock has delivered and is about to: the list that every view reads.
// Attempts are as in a list of the control API, without request and response.
import { signal } from "../ui.js";
import { get, query } from "./api.js";
import { listen, relist } from "./feed.js";

// deliveries has every delivery that the mock remembers, newest first.
export const deliveries = signal([]);

// listed is whether deliveries has all of them yet.
export const listed = signal(false);

// One answer of a list has so many, and the page holds at most so many: more
// than a mock keeps by default.
const pageSize = 1000;
const most = 20_000;

let known = new Map(); // by ID, oldest first
let announced = false;

// deliveryOf finds one by its ID.
export const deliveryOf = (id) => known.get(id);

// announce has deliveries follow known, at most once a frame however much comes.
function announce() {
	if (announced) {
		return;
	}
	announced = true;
	const now = () => {
		announced = false;
		forget();
		deliveries.value = [...known.values()].reverse();
	};
	document.hidden ? setTimeout(now) : requestAnimationFrame(now);
}

// forget lets the oldest final ones go, as the mock does.
function forget() {
	for (const [id, { status }] of known) {
		if (known.size <= most) {
			return;
		}
		if (status !== "pending") {
			known.delete(id);
		}
	}
}

// list reads them all, and shows the newest while it still reads.
async function list(signal) {
	const found = []; // newest first
	let cursor = "";
	do {
		const page = await get(`deliveries${query({ order: "desc", limit: pageSize, cursor })}`, { signal });
		found.push(...page.deliveries);
		cursor = page.nextCursor;
		known = new Map(found.toReversed().map((record) => [record.id, record]));
		announce();
	} while (cursor && found.length < most);
	listed.value = true;
}

relist(list);

listen(({ kind, data }) => {
	switch (kind) {
	case "delivery":
		known.set(data.id, { ...data, attempts: known.get(data.id)?.attempts ?? [] });
		return announce();
	case "attempt":
		return attempted(data);
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
	const nextAt = record.status === "pending" ? attempt.nextAt ?? null : null;
	known.set(record.id, { ...record, nextAt, attempts });
	announce();
}
