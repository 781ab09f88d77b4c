// What moves the clock, and waits for all that falls due on the way.
import { html, useRef, useState } from "../../ui.js";
import { post, put } from "../../mock/api.js";
import { clock, now } from "../../mock/clock.js";
import { counted } from "../../parts/attempts.js";
import { TextField } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { dateOf, timeOf } from "../../parts/time.js";
import { made, move, moving, refused } from "./moving.js";

const moves = [
	["+5 min", { by: "5m" }, "5 minutes ahead"],
	["+2 h", { by: "2h" }, "2 hours ahead"],
	["Next", { to: "next" }, "To the next thing that is due"],
	["Until idle", { to: "idle" }, "Until no delivery has an attempt to come"],
];

// Moves are the ways to move the clock. While it is being moved none can be
// chosen, and all keep the focus that they may have.
export function Moves() {
	const busy = moving.value;
	return html`
		<div class="moves">
			<div class="move-on" role="group" aria-labelledby="move-on">
				<h2 id="move-on">Move it on</h2>
				<div class="buttons">
					${moves.map(([text, body, title]) => html`<button key=${text} type="button" title=${title} disabled=${!busy && text === "Next" && clock.value.next == null}
						aria-busy=${busy === text} aria-disabled=${busy ? "true" : undefined} onClick=${() => move(text, () => post("clock/advance", body))}>${text}</button>`)}
				</div>
			</div>
			<${SetTime} />
		</div>
		<p class="progress"><strong role="status">${busy && "Moving the clock…"}</strong>${busy && html`<${Progress} />`}</p>`;
}

// Progress says how far the move is.
const Progress = () => html` ${counted(made.value, "attempt")} made so far, and it is ${timeOf(clock.value.now)} now. <span class="muted">A receiver that does not answer holds it up until the attempt times out.</span>`;

function SetTime() {
	const form = useRef();
	const [time, setTime] = useState(); // while somebody types one it does not tick
	const [unread, setUnread] = useState();
	const began = useRef();
	const problem = refused.value;
	const busy = moving.value;
	useFirstWrong(form, unread ?? problem);
	const type = (text) => {
		setUnread(undefined);
		setTime(text);
	};
	const set = async (event) => {
		event.preventDefault();
		const text = time ?? shown();
		const to = instantOf(text);
		setUnread(to ? undefined : { message: `want a date and a time, such as ${shown()}` });
		if (to && await move(`Set to ${text}`, () => setTo(to))) {
			setTime(undefined);
		}
	};
	const errors = unread ? [unread] : [...(problem?.at?.("to") ?? []), ...(problem?.at?.("now") ?? [])];
	return html`<form class="set-time" ref=${form} onSubmit=${set}>
		<${TextField} label="Set it, in UTC" errors=${errors} value=${time ?? shown()} onValue=${type} class="mono" size="22"
			onFocus=${() => setTime((began.current = time ?? shown()))} onBlur=${() => time === began.current && setTime(undefined)} />
		<button aria-busy=${Boolean(busy?.startsWith("Set"))} aria-disabled=${busy ? "true" : undefined}>Set</button>
	</form>`;
}

const shown = () => `${dateOf(now.value)} ${timeOf(now.value)}`;

// instantOf is what people type as a time, as the API takes it: seconds and the
// zone may be missing. It is undefined for what is no time.
function instantOf(text) {
	const [, day, hour, second = ":00", fraction = "", zone = "Z"] =
		/^\s*(\d{4}-\d\d-\d\d)(?:T|\s+)((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(\.\d+)?\s*(Z|[+-]\d\d:\d\d)?(?:UTC)?\s*$/i.exec(text) ?? [];
	const midnight = new Date(`${day}T00:00:00Z`);
	const isDay = !Number.isNaN(midnight.getTime()) && dateOf(midnight) === day; // and no 31st of June
	return isDay ? `${day}T${hour}${second}${fraction}${zone.toUpperCase()}` : undefined;
}

// setTo moves the clock on, and is told what was attempted; or sets it back,
// which the mock refuses while anything is pending.
async function setTo(to) {
	if (Date.parse(to) < now.value) {
		return { ...await put("clock", { now: to }), attempts: [], held: [] };
	}
	return post("clock/advance", { to });
}
