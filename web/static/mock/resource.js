// What a view shows of the control API beside the deliveries: read when the view
// opens, and again when the journal says that it may have changed.
import { useCallback, useEffect, useRef, useState } from "../ui.js";
import { get, Problem } from "./api.js";
import { link, listen } from "./feed.js";

// isOfSettings is whether an entry of the journal tells of what a vendor is set
// to.
export const isOfSettings = ({ kind }) => /\.(account|business|webhook)$/.test(kind);

const soon = 80; // milliseconds in which many entries lead to one reading

// useResource reads a path of the control API, a null one not at all:
// {data, error, reload}. It is read again
//  - for an entry of the journal of which changes({kind, id, data}) is true,
//  - when the page has found the mock again.
// When changes is "gone", the mock is not asked: there is nothing to read any
// longer, and error is a 404.
// While it is read again, data stays as it was; there is none when it cannot be
// read. Read, of a module, reads in another way than get.
export function useResource(path, { changes, accept, read = get } = {}) {
	const [state, setState] = useState({});
	const begun = useRef(0); // counts readings; only the newest one is shown
	const ended = useRef(0); // which of them has ended

	const reload = useCallback(async () => {
		if (path == null) {
			return;
		}
		const mine = ++begun.current;
		const settle = (outcome) => {
			if (mine === begun.current) {
				ended.current = mine;
				setState({ path, ...outcome });
			}
		};
		await read(path, { accept }).then((data) => settle({ data }), (error) => settle({ error }));
	}, [path, accept, read]);

	useEffect(() => {
		reload();
		return () => begun.current++; // an answer that is under way comes too late
	}, [reload]);

	const changed = useRef(changes);
	changed.current = changes;
	useEffect(() => {
		// To read while an answer is under way would throw that one away: of a mock
		// that is slower than its changes nothing would ever be shown.
		const isReading = () => begun.current !== ended.current;
		let timer;
		let last; // what changes said of the last entry that is one
		const later = () => {
			timer ??= setTimeout(() => {
				timer = undefined;
				last === "gone" ? forget() : isReading() ? later() : reload();
			}, soon);
		};
		const forget = () => {
			ended.current = ++begun.current;
			setState({ path, error: new Problem(404, { detail: "the mock has it no longer" }) });
		};
		const deaf = listen((entry) => {
			const change = changed.current?.(entry);
			if (change) {
				last = change;
				later();
			}
		});
		let before = link.peek();
		const unlink = link.subscribe((state) => {
			if (state === "live" && before !== "live") {
				reload(); // what was asked before may never be answered
			}
			before = state;
		});
		return () => {
			clearTimeout(timer);
			deaf();
			unlink();
		};
	}, [path, reload]);

	return state.path === path ? { ...state, reload } : { reload };
}
