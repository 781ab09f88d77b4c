// What a view shows of the control API beside the deliveries: read when the view
// opens, and again when the journal says that it may have changed.
import { useCallback, useEffect, useRef, useState } from "../ui.js";
import { get } from "./api.js";
import { link, listen } from "./feed.js";

const soon = 80; // milliseconds in which many entries lead to one reading

// useResource reads a path of the control API, a null one not at all:
// {data, error, reload}. It is read again
//  - for an entry of the journal of which changes({kind, id, data}) is true,
//  - every so many milliseconds, when every is given,
//  - when the page has found the mock again.
// While it is read again, data stays as it was. Read, of a module, reads in another
// way than get.
export function useResource(path, { changes, every, accept, read = get } = {}) {
	const [state, setState] = useState({});
	const reading = useRef(0);

	const reload = useCallback(async () => {
		if (path == null) {
			return;
		}
		const mine = ++reading.current;
		const settle = (outcome) => mine === reading.current && setState({ path, ...outcome });
		await read(path, { accept }).then(
			(data) => settle({ data }),
			(error) => settle(error.status === 0 ? { error, data: undefined } : { error }),
		);
	}, [path, accept, read]);

	useEffect(() => {
		reload();
		return () => reading.current++; // an answer that is under way comes too late
	}, [reload]);

	const changed = useRef(changes);
	changed.current = changes;
	useEffect(() => {
		let timer;
		const later = () => {
			timer ??= setTimeout(() => {
				timer = undefined;
				reload();
			}, soon);
		};
		const deaf = listen((entry) => changed.current?.(entry) && later());
		const interval = every && setInterval(() => document.hidden || reload(), every);
		let before = link.peek();
		const unlink = link.subscribe((state) => {
			if (state === "live" && before !== "live") {
				later();
			}
			before = state;
		});
		return () => {
			clearTimeout(timer);
			clearInterval(interval);
			deaf();
			unlink();
		};
	}, [reload, every]);

	return state.path === path ? { ...state, reload } : { reload };
}
