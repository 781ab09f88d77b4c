// The journal as it grows: one reader for the whole page.
//
// Whenever the stream was cut, also because the page was hidden, everything is
// listed anew: entries may be gone by then, and the mock may be another one.
import { signal } from "../ui.js";
import { Problem, get } from "./api.js";

// link says how the page and the mock stand: "live", "lost" when the mock went
// away and until it is found again, and "connecting" at first, and whenever the
// page begins anew by itself. What was shown may be old until it is "live".
export const link = signal("connecting");

// The mock sends something every 15 seconds. After so long without it the
// connection is dead, whatever the socket says.
const silence = 40_000;

const firstDelay = 250;
const longestDelay = 5_000;

// How long entries are heard, in milliseconds, before the page may draw and
// answer its user again.
const slice = 12;

const listeners = new Set();
const starters = new Set();
let current; // of the stream that is open or being opened, to abort it
let waking; // ends the wait for the next try
let watchdog; // ends the stream, or the opening of it, when nothing comes any longer

// listen has hear called with each entry from now on: {seq, at, kind, id, data}.
// It returns what ends that.
export function listen(hear) {
	listeners.add(hear);
	return () => listeners.delete(hear);
}

// relist has list called at the beginning of each stream, to list what there is;
// it may take its time, and gets an AbortSignal. What happens meanwhile is heard
// afterwards, so that some of it is heard that was listed already. It returns
// what ends that.
export function relist(list) {
	starters.add(list);
	return () => starters.delete(list);
}

// follow reads for as long as the page is there. Browsers open six connections
// to one host: a tab that nobody sees gives its own back.
export async function follow() {
	document.addEventListener("visibilitychange", () => (document.hidden ? current?.abort() : waking?.()));
	addEventListener("online", () => waking?.());
	for (let delay = firstDelay; ;) {
		if (!document.hidden) {
			current = new AbortController();
			const end = await once(current);
			current.abort(); // or a stream that is read no more stays open
			link.value = document.hidden || end === "anew" ? "connecting" : "lost";
			delay = end === "failed" ? Math.min(2 * delay, longestDelay) : firstDelay;
		}
		await new Promise((wake) => {
			waking = wake;
			if (!document.hidden) {
				setTimeout(wake, delay);
			}
		});
	}
}

// once lists, and reads until the stream ends. It returns how that was: "failed"
// when there was none, "cut", or "anew" when it is the page that wants another.
async function once({ signal }) {
	heardNow();
	try {
		const { last } = await get("journal?limit=1", { signal });
		// The stream is open before the lists are read: were the mock another one
		// by then, the stream would have been cut.
		const answer = await fetch(`/_mock/v1/events?after=${last}`, { signal, cache: "no-store" });
		if (!answer.ok) {
			return "failed";
		}
		await Promise.all([...starters].map((list) => list(signal).catch(owned)));
		link.value = "live";
		return await entries(answer.body);
	} catch {
		return link.value === "live" ? "cut" : "failed";
	} finally {
		clearTimeout(watchdog);
	}
}

// owned tells what is the page's own mistake from what the mock and the network
// do, before it ends the stream.
function owned(error) {
	if (!(error instanceof Problem) && error.name !== "AbortError") {
		reportError(error);
	}
	throw error;
}

// heardNow puts off the end of a connection on which nothing comes.
function heardNow() {
	clearTimeout(watchdog);
	watchdog = setTimeout(() => current.abort(), silence);
}

async function entries(body) {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const { done, value } = await reader.read();
		heardNow();
		if (done) {
			return "cut";
		}
		const events = (rest + value).split("\n\n");
		rest = events.pop();
		let until = performance.now() + slice;
		for (const event of events) {
			if (!heard(event)) {
				return "anew";
			}
			if (performance.now() > until) {
				await new Promise((resume) => setTimeout(resume));
				until = performance.now() + slice;
			}
		}
	}
}

// heard tells the listeners of one event of the stream; false asks for a new
// list.
function heard(event) {
	const entry = entryOf(event);
	if (entry.text === "") {
		return true; // a heartbeat
	}
	if (entry.kind === "gap" || entry.kind === "reset") {
		return false;
	}
	for (const hear of listeners) {
		try {
			hear(entry);
		} catch (error) {
			reportError(error); // a view's mistake is no reason not to tell the others
		}
	}
	return true;
}

// beginning is how the mock writes an entry, up to an ID without escapes.
const beginning = /^\s*\{"seq":(\d+),"at":"[^"]*","kind":"[^"]*","id":"([^"\\]*)"/;

// entryOf reads an event of the stream. Its data is read when somebody wants
// more of it than its kind, seq and ID: most of what a busy mock tells are bodies
// that no list shows.
function entryOf(event) {
	let kind = "";
	let text = "";
	for (const line of event.split("\n")) {
		if (line.startsWith("event:")) {
			kind = line.slice(6).trim();
		} else if (line.startsWith("data:")) {
			text += line.slice(5);
		}
	}
	let read;
	const whole = () => (read ??= JSON.parse(text));
	const begun = () => beginning.exec(text.slice(0, 500)) ?? [];
	return {
		kind, text,
		get seq() { return Number(begun()[1] ?? whole().seq); },
		get at() { return whole().at; },
		get id() { return begun()[2] ?? whole().id; },
		get data() { return whole().data; },
	};
}
