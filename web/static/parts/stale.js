// What is edited here and was saved by somebody else meanwhile.
import { html } from "../ui.js";
import { Action } from "./action.js";

// Stale says that somebody else has saved something while this was edited; load
// takes it over.
export function Stale({ draft: { stale, load } }) {
	return stale && html`<div class="notice warn" role="alert">
		<p>Somebody else has changed this in the meantime. Your edits are still here; saving them replaces what is there now.</p>
		<${Action} run=${async () => load()}>Load what is there<//>
	</div>`;
}
