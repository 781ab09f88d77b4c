// What moves the clock, and waits for all that falls due on the way.
import { html, useRef, useState } from "../../ui.js";
import { post, put } from "../../mock/api.js";
import { clock, lookSoon, now, setClock } from "../../mock/clock.js";
import { TextField } from "../../parts/field.js";
import { dateOf, timeOf } from "../../parts/time.js";

const moves = [
	["+5 min", { by: "5m" }, "5 minutes ahead"],
	["+2 h", { by: "2h" }, "2 hours ahead"],
	["Next", { to: "next" }, "To the next thing that is due"],
	["Until idle", { to: "idle" }, "Until no delivery has an attempt to come"],
];

// Moves tells what came of a move: setMoved is called with {what, attempts,
// held}, setProblem with a Problem or undefined.
export function Moves({ problem, setProblem, setMoved }) {
	const [moving, setMoving] = useState();
	const [time, setTime] = useState(); // while somebody types one it does not tick
	const began = useRef();
	const move = async (what, run) => {
		if (moving) {
			return;
		}
		setMoving(what);
		setProblem(undefined);
		try {
			const { now, attempts, held } = await run();
			setClock({ now });
			setMoved({ what, now, attempts, held });
			setTime(undefined);
		} catch (problem) {
			setProblem(problem);
		} finally {
			setMoving(undefined);
			lookSoon();
		}
	};
	const set = (event) => {
		event.preventDefault();
		const to = instantOf(time ?? shown());
		move(`Set to ${time ?? shown()}`, () => setTo(to));
	};
	const errors = [...(problem?.at?.("to") ?? []), ...(problem?.at?.("now") ?? [])];
	return html`
		<div class="moves">
			<div class="move-on" role="group" aria-labelledby="move-on">
				<h2 id="move-on">Move it on</h2>
				<div class="buttons">
					${moves.map(([text, body, title]) => html`<button key=${text} type="button" title=${title} disabled=${text === "Next" && clock.value.next == null} aria-busy=${moving === text} onClick=${() => move(text, () => post("clock/advance", body))}>${text}</button>`)}
				</div>
			</div>
			<form class="set-time" onSubmit=${set}>
				<${TextField} label="Set it, in UTC" errors=${errors} value=${time ?? shown()} onValue=${setTime} class="mono" size="22"
					onFocus=${() => setTime((began.current = time ?? shown()))} onBlur=${() => time === began.current && setTime(undefined)} />
				<button aria-busy=${Boolean(moving?.startsWith("Set"))}>Set</button>
			</form>
		</div>
		${moving && html`<p role="status">Moving the clock, and waiting for what falls due on the way…</p>`}`;
}

const shown = () => `${dateOf(now.value)} ${timeOf(now.value)}`;

// instantOf is what people type as a time, as the API takes it: seconds and the
// zone may be missing. What is no time stays as it is, for the mock to refuse.
function instantOf(text) {
	const [, day, hour, second = ":00", fraction = "", zone = "Z"] =
		/^\s*(\d{4}-\d\d-\d\d)(?:[T ]|\s+)(\d\d:\d\d)(:\d\d)?(\.\d+)?\s*(Z|[+-]\d\d:\d\d)?(?:UTC)?\s*$/i.exec(text) ?? [];
	return day ? `${day}T${hour}${second}${fraction}${zone.toUpperCase()}` : text;
}

// setTo moves the clock on, and is told what was attempted; or sets it back,
// which the mock refuses while anything is pending.
async function setTo(to) {
	if (Date.parse(to) < now.value) {
		return { ...await put("clock", { now: to }), attempts: [], held: [] };
	}
	return post("clock/advance", { to });
}
