// A list of any length of which only what is in sight is drawn.
import { html, useLayoutEffect, useRef, useState } from "../ui.js";

const beyond = 6; // rows above and below what is in sight

// Rows draws items, each with an id, in rows of one height, in pixels. Row is
// called with an item and whether its link is the one that Tab reaches: all of
// them together are one stop. Chosen is the index of the row to keep in sight, when
// it is 0 or more; it is drawn wherever it is, so that it keeps the focus. Choose is
// called with the item of a row that gets the focus, and has to make it the chosen
// one. Head is drawn above, and stays there. When about changes, another list
// begins at its top.
export function Rows({ items, height, row, chosen = -1, choose, head, label, about = "" }) {
	const box = useRef();
	const [sight, look] = useSight(box, height);
	useAnchor(box, items, height, about);

	const chosenID = items[chosen]?.id;
	useLayoutEffect(() => {
		if (chosen >= 0 && reveal(box.current, chosen * height, height)) {
			look();
		}
	}, [chosenID, height]);

	const from = Math.min(Math.max(0, sight.top - beyond), items.length);
	const until = Math.min(items.length, sight.top + Math.ceil(sight.height / height) + beyond);
	const drawn = Array.from({ length: until - from }, (_, i) => from + i);
	if (chosen >= until) {
		drawn.push(chosen);
	} else if (chosen >= 0 && chosen < from) {
		drawn.unshift(chosen);
	}
	const stop = chosen >= 0 ? chosen : Math.min(sight.top, items.length - 1);
	return html`<div class="rows" ref=${box} role="table" aria-label=${label} aria-rowcount=${items.length + 1} tabindex="-1">
		<div role="rowgroup" class="head-rows"><div class="head-row" role="row" aria-rowindex="1">${head}</div></div>
		<div class="all-rows" role="rowgroup" style=${{ height: `${items.length * height}px` }}>
			${drawn.map((i) => html`<div key=${items[i].id} class=${i === chosen ? "row chosen" : "row"} role="row" aria-rowindex=${i + 2} style=${{ top: `${i * height}px`, height: `${height}px` }} onFocusIn=${() => choose(items[i])}>${row(items[i], i === stop)}</div>`)}
		</div>
	</div>`;
}

// useSight is what of the list is in sight, as the index of its first row and the
// height in pixels, and what looks again.
function useSight(box, height) {
	const [sight, setSight] = useState({ top: 0, height: 800 });
	const look = () => {
		const { scrollTop, clientHeight } = box.current;
		const top = Math.floor(scrollTop / height);
		setSight((was) => (was.top === top && was.height === clientHeight ? was : { top, height: clientHeight }));
	};
	useLayoutEffect(() => {
		look();
		const element = box.current;
		const observer = new ResizeObserver(look);
		observer.observe(element);
		element.addEventListener("scroll", look, { passive: true });
		return () => {
			observer.disconnect();
			element.removeEventListener("scroll", look);
		};
	}, [height]);
	return [sight, look];
}

// useAnchor keeps the row at the top of the sight there when others come in above
// it: who has scrolled down reads on undisturbed.
function useAnchor(box, items, height, about) {
	const before = useRef({ items, height, about });
	useLayoutEffect(() => {
		const was = before.current;
		before.current = { items, height, about };
		const element = box.current;
		const { scrollTop } = element;
		if (about !== was.about) {
			element.scrollTop = 0;
			return;
		}
		const index = Math.floor(scrollTop / was.height);
		const anchor = was.items[index]?.id;
		if (scrollTop < was.height || anchor === undefined || height === was.height && items[index]?.id === anchor) {
			return;
		}
		const now = items.findIndex(({ id }) => id === anchor);
		if (now >= 0) {
			element.scrollTop = now * height + scrollTop - index * was.height;
		}
	}, [items, height, about]);
}

// reveal scrolls as little as brings a row into sight, and returns whether it had
// to.
function reveal(element, top, height) {
	const head = element.querySelector(".head-row")?.offsetHeight ?? 0;
	const { scrollTop, clientHeight } = element;
	if (top < scrollTop) {
		element.scrollTop = top;
	} else if (top + height + head > scrollTop + clientHeight) {
		element.scrollTop = top + height + head - clientHeight;
	}
	return element.scrollTop !== scrollTop;
}

export const focusChosen = (element) => element?.querySelector(".row.chosen a")?.focus({ preventScroll: true });
