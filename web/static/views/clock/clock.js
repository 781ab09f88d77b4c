// Clock: the mock's time, how fast it passes, what is next, and what moves it.
import { html, useEffect } from "../../ui.js";
import { put } from "../../mock/api.js";
import { clock, now, setClock } from "../../mock/clock.js";
import { useAction } from "../../parts/action.js";
import { Wrong } from "../../parts/field.js";
import { dateOf, timeOf } from "../../parts/time.js";
import { Moves } from "./moves.js";
import { Moved, inWords } from "./moved.js";
import { forget, moved, moving, refused } from "./moving.js";
import { Upcoming } from "./upcoming.js";

const rates = [[0, "Pause"], [1, "1×"], [60, "60×"], [600, "600×"]];

// ClockView keeps what the last move led to until the next one, or until it is left.
export function ClockView() {
	const { known, rate } = clock.value;
	const [setRate, setting] = useAction(async (rate) => {
		refused.value = undefined;
		setClock(await put("clock", { rate }));
	}, { failed: (problem) => (refused.value = problem) });
	const busy = Boolean(moving.value) || setting;
	useEffect(() => forget, []);
	if (!known) {
		return html`<section class="page clock-page"><h1>Clock</h1></section>`;
	}
	return html`<section class="page clock-page">
		<h1>Clock</h1>
		<div class="card hands">
			<div>
				<${Now} />
				<p class="muted">${pace(rate)}</p>
			</div>
			<div class="choices" role="group" aria-label="Rate">
				${rates.map(([value, text]) => html`<button key=${value} type="button" aria-pressed=${rate === value} aria-disabled=${busy ? "true" : undefined} onClick=${() => busy || setRate(value)}>${text}</button>`)}
			</div>
		</div>
		<div class="card">
			<${Moves} />
			<${Wrong} problem=${refused.value} fields=${["to", "now"]} />
		</div>
		<p class="sr" role="status">${moved.value ? inWords(moved.value) : ""}</p>
		${moved.value && html`<${Moved} ...${moved.value} />`}
		<${Upcoming} />
	</section>`;
}

const Now = () => html`<p class="now"><time dateTime=${new Date(now.value).toISOString()}><span class="time">${timeOf(now.value)}</span> <span class="date">${dateOf(now.value)} UTC</span></time></p>`;

// pace says what a rate means.
function pace(rate) {
	switch (rate) {
	case 0:
		return "It stands still. Whatever falls due later waits until the clock is moved; whatever is due right away goes out.";
	case 1:
		return "It keeps real time.";
	case 60:
		return "A minute passes every second.";
	case 600:
		return "Ten minutes pass every second.";
	default:
		return `It runs ${rate.toLocaleString("en")} times as fast as real time.`;
	}
}
