// Buttons that do something in the mock.
import { html, useRef, useState } from "../ui.js";
import { useHeir } from "./focus.js";
import { complain, tell } from "./notice.js";

// useAction makes a function of one that asks the mock for something: [act,
// busy]. Done, when it is given, is told afterwards; what goes wrong is complained
// about, or given to failed.
export function useAction(run, { done, failed = complain } = {}) {
	const [busy, setBusy] = useState(false);
	const act = async (...given) => {
		setBusy(true);
		try {
			const outcome = await run(...given);
			if (done) {
				tell(done);
			}
			return outcome;
		} catch (error) {
			failed(error);
		} finally {
			setBusy(false);
		}
	};
	return [act, busy];
}

// Action is a button that runs something and waits for its end. While it is busy it takes no other click, and keeps
// the focus.
export function Action({ run, done, kind = "", disabled = false, children, ...rest }) {
	const button = useRef();
	useHeir(button);
	const [act, busy] = useAction(run, { done });
	return html`<button type="button" ref=${button} class=${kind} disabled=${disabled} aria-busy=${busy} onClick=${() => busy || act()} ...${rest}>${children}</button>`;
}

// Copy is a button that puts a text on the clipboard.
export function Copy({ text, label = "Copy", ...rest }) {
	return html`<${Action} kind="quiet" run=${() => copy(typeof text === "function" ? text() : text)} done="Copied." ...${rest}>${label}<//>`;
}

async function copy(text) {
	if (navigator.clipboard) {
		return navigator.clipboard.writeText(text);
	}
	// Over plain http from another machine browsers offer no clipboard.
	const area = document.createElement("textarea");
	area.value = text;
	const focused = document.activeElement;
	area.readOnly = true; // no keyboard on a screen
	(focused?.closest("dialog") ?? document.body).append(area); // beside an open dialog nothing can be chosen
	area.select();
	const copied = document.execCommand("copy");
	area.remove();
	focused?.focus({ preventScroll: true });
	if (!copied) {
		throw new Error("the browser does not let this page copy");
	}
}
