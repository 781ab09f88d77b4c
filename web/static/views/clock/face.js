// The mock's clock in the header of every view.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { clock, now } from "../../mock/clock.js";
import { dateOf, timeOf } from "../../parts/time.js";

export const rateOf = (rate) => (rate === 0 ? "paused" : `${rate}×`);

export function ClockFace() {
	const { rate, pending } = clock.value;
	return html`<a class="face" href=${to("clock")} title=${`The mock's clock, ${dateOf(now.value)} UTC. ${pending} pending`}>
		<span class="sr">The mock's clock </span><span class="time">${timeOf(now.value)}</span> <span class=${rate === 1 ? "rate" : "rate odd"}>${rateOf(rate)}</span>
	</a>`;
}
