// What a clock that runs means for a run, beside what starts one.
import { html } from "../../ui.js";
import { put } from "../../mock/api.js";
import { clock, setClock } from "../../mock/clock.js";
import { link } from "../../mock/feed.js";
import { Action } from "../../parts/action.js";

// Pace says nothing while the clock stands, which is what runs are made for.
export function Pace() {
	const { rate } = clock.value;
	if (rate === 0 || link.value === "connecting") {
		return null;
	}
	return html`<p class="pace muted">The clock runs at ${rate}×, so no two runs are quite the same.
		<${Action} kind="quiet" run=${async () => setClock(await put("clock", { rate: 0 }))} done="The clock is paused.">Pause the clock<//></p>`;
}
