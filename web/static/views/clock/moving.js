// The move of the clock that this tab has asked for. It can take minutes, while
// receivers do not answer, and goes on when another view is opened.
import { batch, signal } from "../../ui.js";
import { get } from "../../mock/api.js";
import { lookSoon, setClock } from "../../mock/clock.js";
import { listen } from "../../mock/feed.js";

// moving is what the clock is being moved for, in words, undefined while it is not.
export const moving = signal();

// made counts the attempts that were made since the move began.
export const made = signal(0);

// moved is what the last move led to: {what, attempts, held}, and refused the
// Problem of one that could not be made.
export const moved = signal();
export const refused = signal();

// forget drops what came of the last move, unless one is under way.
export function forget() {
	if (!moving.peek()) {
		moved.value = refused.value = undefined;
	}
}

// move has run ask for a move and keeps what came of it, one at a time. It returns
// whether the clock was moved.
export async function move(what, run) {
	if (moving.peek()) {
		return false;
	}
	batch(() => {
		moving.value = what;
		made.value = 0;
		refused.value = undefined;
	});
	let deaf;
	try {
		const { last } = await get("journal?limit=1"); // the stream may still tell of attempts that were made before
		deaf = listen(({ kind, seq }) => kind === "attempt" && seq > last && made.value++);
		const { now, attempts, held } = await run();
		setClock({ now });
		moved.value = { what, attempts, held };
		return true;
	} catch (problem) {
		refused.value = problem;
		return false;
	} finally {
		deaf?.();
		moving.value = undefined;
		lookSoon();
	}
}
