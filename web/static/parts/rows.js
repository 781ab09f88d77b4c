// A list of any length of which only what is in sight is drawn.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";

const beyond = 8; // rows above and below what is in sight

// Rows draws items in rows of one height, in pixels. Row is called with an item
// and its index. Chosen is the index of the row to keep in sight, when it is 0 or
// more. Head is drawn above, and stays there.
export function Rows({ items, height, row, chosen = -1, head, label }) {
	const box = useRef();
	const [sight, setSight] = useState({ top: 0, height: 800 });
	useLayoutEffect(() => {
		const look = () => {
			const { scrollTop, clientHeight } = box.current;
			setSight((was) => {
				const top = Math.floor(scrollTop / height);
				return was.top === top && was.height === clientHeight ? was : { top, height: clientHeight };
			});
		};
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

	// New rows come in at the top. Who has scrolled down reads on undisturbed.
	const first = useRef();
	useLayoutEffect(() => {
		const before = first.current;
		first.current = items[0]?.id;
		const { scrollTop } = box.current;
		if (before === undefined || before === first.current || scrollTop < height) {
			return;
		}
		const added = items.findIndex(({ id }) => id === before);
		if (added > 0) {
			box.current.scrollTop = scrollTop + added * height;
		}
	}, [items]);

	useEffect(() => {
		if (chosen < 0) {
			return;
		}
		const element = box.current;
		const headHeight = element.querySelector(".head-row")?.offsetHeight ?? 0;
		const top = chosen * height;
		if (top < element.scrollTop) {
			element.scrollTop = top;
		} else if (top + height + headHeight > element.scrollTop + element.clientHeight) {
			element.scrollTop = top + height + headHeight - element.clientHeight;
		}
	}, [chosen, height]);

	const from = Math.max(0, sight.top - beyond);
	const until = Math.min(items.length, sight.top + Math.ceil(sight.height / height) + beyond);
	return html`<div class="rows" ref=${box} role="table" aria-label=${label} aria-rowcount=${items.length + 1} tabindex="-1">
		<div class="head-row" role="row" aria-rowindex="1">${head}</div>
		<div class="all-rows" role="rowgroup" style=${{ height: `${items.length * height}px` }}>
			${items.slice(from, until).map((item, i) => html`<div key=${item.id} class=${from + i === chosen ? "row chosen" : "row"} role="row" aria-rowindex=${from + i + 2} style=${{ transform: `translateY(${(from + i) * height}px)`, height: `${height}px` }}>${row(item, from + i)}</div>`)}
		</div>
	</div>`;
}
