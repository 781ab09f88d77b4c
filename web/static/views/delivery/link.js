// Links within the view of a delivery, which leave no trace in the browser's
// history.
import { html } from "../../ui.js";
import { go } from "../../route.js";

// Place is a link to something else in the same view.
export function Place({ to, children, ...rest }) {
	const open = (event) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) {
			return; // the browser's to do
		}
		event.preventDefault();
		go(to, { replace: true });
	};
	return html`<a href=${to} onClick=${open} ...${rest}>${children}</a>`;
}

// elsewhere is what of a query goes along to another delivery: the filters of the
// list beside it, and which tab is open.
export function elsewhere(query) {
	const { attempt, raw, against, ...rest } = query;
	return rest;
}
