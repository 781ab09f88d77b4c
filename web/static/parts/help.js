// The keys, and where to read on.
import { html, useEffect, useRef } from "../ui.js";

const keys = [
	["/", "filter the deliveries"],
	["j k", "move down and up"],
	["enter", "open"],
	["esc", "leave a field, or a delivery"],
	["t", "trigger an event"],
	["?", "this help"],
];

// Help is a dialog that is there while open is.
export function Help({ open, onClose }) {
	const dialog = useRef();
	useEffect(() => {
		open ? dialog.current.showModal() : dialog.current.close();
	}, [open]);
	return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="help-title">
		<h2 id="help-title">Keys</h2>
		<dl class="keys">${keys.map(([key, what]) => html`<div><dt>${key.split(" ").map((one) => html`<kbd>${one}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
		<p>Everything here is done through the <a href="/_mock/v1/openapi.yaml">control API</a>, which scripts can use as well.</p>
		<form method="dialog"><button autofocus>Close</button></form>
	</dialog>`;
}
