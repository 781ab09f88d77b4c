// Tabs, of which one is open.
import { html, useId, useLayoutEffect, useRef } from "../../ui.js";

// Tabs shows one of its tabs: [{name, title, panel}], panel a function that draws
// it. The arrow keys, Home and End go from one to another.
export function Tabs({ label, tabs, open, onOpen }) {
	const id = useId();
	const list = useRef();
	const current = tabs.find(({ name }) => name === open) ?? tabs[0];
	useLayoutEffect(() => {
		const show = () => { // narrow screens do not show all
			const { offsetLeft, offsetWidth } = list.current.children[tabs.indexOf(current)];
			list.current.scrollLeft = offsetLeft + offsetWidth / 2 - list.current.clientWidth / 2;
		};
		show();
		const observer = new ResizeObserver(show);
		observer.observe(list.current);
		return () => observer.disconnect();
	}, [current.name]);
	const move = (event) => {
		const at = tabs.indexOf(current);
		const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
		if (next === undefined) {
			return;
		}
		event.preventDefault();
		const there = (next + tabs.length) % tabs.length;
		onOpen(tabs[there].name);
		list.current.children[there].focus();
	};
	return html`<div class="tabs">
		<div class="tab-list" role="tablist" aria-label=${label} ref=${list} onKeyDown=${move}>
			${tabs.map((tab) => html`<button key=${tab.name} type="button" role="tab" id=${`${id}-${tab.name}`} aria-controls=${`${id}-panel`}
				aria-selected=${tab === current} tabindex=${tab === current ? 0 : -1} onClick=${() => onOpen(tab.name)}>${tab.title}</button>`)}
		</div>
		<div class="panel" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${current.name}`} key=${current.name}>${current.panel()}</div>
	</div>`;
}
