// The journal as it grows: one reader for the whole page.
//
// Whenever the stream was cut, also because the page was hidden, everything is
// listed anew before it goes on: entries may be gone by then, and the mock may
// be another one.
import { signal } from "../ui.js";
import { get } from "./api.js";

// link says how the page and the mock stand: "connecting" at first, then "live",
// and "lost" until the page has found the mock again.
export const link = signal("connecting");

// The mock sends something every 15 seconds. After so long without it the
// connection is dead, whatever the socket says.
const silence = 40_000;

const firstDelay = 250;
const longestDelay = 5_000;

const listeners = new Set();
const starters = new Set();
let current; // of the stream that is open or being opened, to abort it
let waking; // ends the wait for the next try

// listen has hear called with each entry from now on: {seq, at, kind, id, data}.
// It returns what ends that.
export function listen(hear) {
	listeners.add(hear);
	return () => listeners.delete(hear);
}

// relist has list called before each stream, to list what there is; it may take
// its time, and gets an AbortSignal. It returns what ends that.
export function relist(list) {
	starters.add(list);
	return () => starters.delete(list);
}

// follow reads for as long as the page is there.
export async function follow() {
	document.addEventListener("visibilitychange", () => (document.hidden ? current?.abort() : waking?.()));
	addEventListener("online", () => waking?.());
	for (let delay = firstDelay; ; delay = Math.min(2 * delay, longestDelay)) {
		// Browsers open six connections to one host: a tab that nobody sees gives
		// its own back.
		if (!document.hidden) {
			current = new AbortController();
			const begun = await once(current).catch(() => false);
			if (begun) {
				delay = firstDelay;
			}
			if (!document.hidden) {
				link.value = "lost";
			}
		}
		await new Promise((wake) => {
			waking = wake;
			if (!document.hidden) {
				setTimeout(wake, delay);
			}
		});
	}
}

// once lists and then reads until the stream ends. It returns whether there was
// a stream.
async function once(controller) {
	const { last } = await get("journal?limit=1", { signal: controller.signal });
	await Promise.all([...starters].map((list) => list(controller.signal)));
	const answer = await fetch(`/_mock/v1/events?after=${last}`, { signal: controller.signal, cache: "no-store" });
	if (!answer.ok) {
		return false;
	}
	link.value = "live";
	try {
		await entries(answer.body, controller);
	} catch {
		// However it ended, the next one begins with a list.
	}
	return true;
}

async function entries(body, controller) {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const watchdog = setTimeout(() => controller.abort(), silence);
		const { done, value } = await reader.read();
		clearTimeout(watchdog);
		if (done) {
			return;
		}
		const events = (rest + value).split("\n\n");
		rest = events.pop();
		for (const event of events) {
			if (!heard(event)) {
				return;
			}
		}
	}
}

// heard tells the listeners of one event of the stream; false asks for a new
// list.
function heard(event) {
	const lines = event.split("\n").filter((line) => line.startsWith("data:"));
	if (event.startsWith("event: gap") || event.startsWith("event:gap")) {
		return false;
	}
	if (lines.length === 0) {
		return true; // a heartbeat
	}
	const entry = JSON.parse(lines.map((line) => line.slice(5).trimStart()).join("\n"));
	if (entry.kind === "reset") {
		return false;
	}
	for (const hear of listeners) {
		hear(entry);
	}
	return true;
}
