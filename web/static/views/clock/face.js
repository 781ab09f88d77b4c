// The mock's clock in the header of every view.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { put } from "../../mock/api.js";
import { clock, now, setClock } from "../../mock/clock.js";
import { Action } from "../../parts/action.js";
import { dateOf, timeOf } from "../../parts/time.js";
import { moving } from "./moving.js";

// rateOf is a rate in as few characters as there can be.
const rateOf = (rate) => (rate === 0 ? "paused" : `${rate}×`);

let ran = 1; // the last rate at which it ran, to go on with

// ClockFace is a link to the clock's view, with a button that stops the clock and
// has it go on.
export function ClockFace() {
	const { known, rate, pending } = clock.value;
	if (!known) {
		return null;
	}
	ran = rate || ran;
	return html`<span class="face">
		<a href=${to("clock")} title=${`The mock's clock, in UTC. ${pending} pending`}><span class="sr">Clock: </span><${Hands} /> <span class=${rate === 1 ? "rate" : "rate odd"}>${rateOf(rate)}</span></a>
		<${Action} kind="quiet toggle" aria-label=${rate === 0 ? "Let the clock run" : "Pause the clock"} title=${moving.value ? "The clock is being moved" : rate === 0 ? `Let it run at ${rateOf(ran)}` : "Pause"} disabled=${Boolean(moving.value)} run=${async () => setClock(await put("clock", { rate: rate === 0 ? ran : 0 }))}>
			<span class=${rate === 0 ? "sign play" : "sign pause"}></span>
		<//>
	</span>`;
}

const Hands = () => html`<span class="time" title=${dateOf(now.value)}>${timeOf(now.value)}</span>`;
