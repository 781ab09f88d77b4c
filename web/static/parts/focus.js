// Where the focus goes when what had it is gone: left alone it would fall out of
// the page, and who works by keyboard would begin at its top.
import { useEffect, useLayoutEffect } from "../ui.js";

// useHeir has the heading of the nearest card that is still there take the focus
// over when the component goes while one of its elements, given as refs, has it.
export function useHeir(...refs) {
	useLayoutEffect(() => () => {
		const element = refs.map(({ current }) => current).find((one) => one?.contains(document.activeElement));
		if (element) {
			const headings = headingsAbove(element);
			queueMicrotask(() => focusFirst(headings));
		}
	}, []);
}

// headingsAbove are the headings of what an element stands in, the nearest first.
function headingsAbove(element) {
	const found = [];
	for (let at = element.parentElement; at; at = at.parentElement) {
		found.push(...at.querySelectorAll(":scope > :is(h1, h2, h3), :scope > .head > :is(h1, h2, h3)"));
	}
	return found;
}

// focusFirst has the first of the headings that is still there take the focus, and
// the next one when that goes too.
function focusFirst(headings) {
	const [heading, ...others] = headings.filter(({ isConnected }) => isConnected);
	if (!heading) {
		return;
	}
	heading.tabIndex = -1;
	heading.focus({ preventScroll: true });
	const observer = new MutationObserver(() => {
		const focused = document.activeElement;
		if (focused !== heading) {
			observer.disconnect();
			focused === document.body && !heading.isConnected && focusFirst(others);
		}
	});
	observer.observe(document.body, { childList: true, subtree: true });
}

// useFirstWrong has the first wrong field of a form, a ref, take the focus whenever
// there is another problem.
export function useFirstWrong(form, problem) {
	useEffect(() => {
		if (problem) {
			form.current?.querySelector("[aria-invalid=true]")?.focus();
		}
	}, [problem]);
}
