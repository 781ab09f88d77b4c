// The page's keys. A view says which it takes while it is there.
import { useEffect, useRef } from "./ui.js";

const taken = []; // {keys}, the last one first to be asked

addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) {
		return;
	}
	if (document.querySelector("dialog[open]") || typing(event.target) && event.key !== "Escape") {
		return;
	}
	for (const { current } of taken.toReversed()) {
		if (current[event.key]) {
			event.preventDefault();
			current[event.key](event);
			return;
		}
	}
});

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]") != null;

// useKeys has functions called for keys, by their KeyboardEvent.key, while the
// component is there. Nothing is called while somebody types, but for Escape.
export function useKeys(keys) {
	const current = useRef(keys);
	current.current = keys;
	useEffect(() => {
		taken.push(current);
		return () => taken.splice(taken.indexOf(current), 1);
	}, []);
}
