// Which deliveries the filters let through.
import { useEffect, useRef, useState } from "../../ui.js";
import { get, query as queryOf } from "../../mock/api.js";

// filters are what of a query belongs to the list, not to the open delivery.
export const filters = ({ provider, account, status, session, event, q }) => ({ provider, account, status, session, event, q });

// isFiltered is whether any of them is set.
export const isFiltered = (wanted) => Object.values(wanted).some(Boolean);

// matching is a function that says whether a delivery passes the filters. Found
// has the IDs of those in whose bodies the mock has found the text.
export function matching({ provider, account, status, session, event, q }, found) {
	const text = q?.toLowerCase();
	return (record) =>
		(!provider || record.provider === provider) &&
		(!account || record.account === account) &&
		(!status || record.status === status) &&
		(!event || record.event === event) &&
		(!session || (record.session ?? "").startsWith(session)) &&
		(!text || found?.has(record.id) || plain(record).includes(text));
}

const plains = new WeakMap();

// plain is what a list shows of a delivery, as one text.
function plain(record) {
	let text = plains.get(record);
	if (text === undefined) {
		const { id, provider, event, account, webhook, url, status, session, faults, run } = record;
		text = [id, provider, event, account, webhook, url, status, session, run, ...faults].join(" ").toLowerCase();
		plains.set(record, text);
	}
	return text;
}

const patience = 200; // milliseconds without a keystroke before the mock is asked

// While deliveries change the mock is asked again, but has so many times as long
// to itself as its last answer took, and so many milliseconds at least: it looks
// through every body that it keeps.
const rest = 5;
const shortestRest = 1_000;

const pageSize = 500;

// useFound has the mock look for a text in what deliveries tell and in what was
// answered, and again some time after they have changed. Found are IDs, undefined
// while nothing is looked for; looking is whether the first answer is still to
// come.
export function useFound(text, all) {
	const [state, setState] = useState({});
	const newest = useRef(all);
	newest.current = all;
	const wake = useRef();
	useEffect(() => {
		if (!text) {
			return;
		}
		const controller = new AbortController();
		const { signal } = controller;
		follow(text, {
			signal,
			changed: (before) => newest.current === before ? new Promise((resolve) => (wake.current = resolve)) : undefined,
			current: () => newest.current,
			tell: (found) => signal.aborted || setState({ text, found }),
		});
		return () => controller.abort();
	}, [text]);
	useEffect(() => wake.current?.(), [all]);
	return { found: state.text === text ? state.found : undefined, looking: Boolean(text) && state.text !== text };
}

async function follow(text, { signal, changed, current, tell }) {
	await pause(patience);
	while (!signal.aborted) {
		const before = current();
		const begun = performance.now();
		try {
			tell(await idsWith(text, signal));
		} catch {
			tell(undefined); // what the page has of each is looked through all the same
		}
		await pause(Math.max(shortestRest, rest * (performance.now() - begun)));
		await changed(before);
	}
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// idsWith asks the mock, page by page.
async function idsWith(text, signal) {
	const found = new Set();
	let cursor = "";
	do {
		const page = await get(`deliveries${queryOf({ q: text, order: "desc", limit: pageSize, cursor })}`, { signal });
		page.deliveries.forEach(({ id }) => found.add(id));
		cursor = page.nextCursor;
	} while (cursor);
	return found;
}
