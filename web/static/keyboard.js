// The page's keys. A view says which it takes while it is there.
import { useLayoutEffect, useRef } from "./ui.js";

const taken = []; // refs of keys, the last one first to be asked

addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) {
		return;
	}
	if (document.querySelector("dialog[open]")) {
		return;
	}
	if (typing(event.target)) {
		if (event.key === "Escape") {
			event.preventDefault(); // what was typed stays
			event.target.blur(); // the next Tab goes on from there
		}
		return;
	}
	for (const { current } of taken.toReversed()) {
		if (current[event.key] && current[event.key](event) !== false) {
			event.preventDefault();
			return;
		}
	}
});

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]") != null;

// useKeys has functions called for keys, by their KeyboardEvent.key, while the
// component is there; those of the shell, which are the same everywhere, after
// those of the view. One that returns false leaves the key to others. Nothing is
// called while somebody types; Escape ends that, in every view.
export function useKeys(keys, { everywhere = false } = {}) {
	const current = useRef(keys);
	current.current = keys;
	useLayoutEffect(() => { // other effects outlive what is drawn for a while
		everywhere ? taken.unshift(current) : taken.push(current);
		return () => taken.splice(taken.indexOf(current), 1);
	}, []);
}
