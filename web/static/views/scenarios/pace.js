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
	return html`<div class="notice warn pace">
		<p><strong>The clock runs</strong>, at ${rate}×. A run jumps ahead on it where the scenario says so: nobody waits for hours. In between it goes on by itself, so that attempts can come later than planned, and no two runs are the same.</p>
		<${Action} run=${async () => setClock(await put("clock", { rate: 0 }))} done="The clock stands.">Pause the clock<//>
	</div>`;
}
