// How attempts and deliveries look wherever they are shown small.
import { html } from "../ui.js";

// outcomeOf is what came of an attempt, as a class and in words. Which statuses
// are a success is the vendor's to say: only the last attempt of a delivered
// delivery was one for certain, and a 2xx of an earlier one was not taken.
export function outcomeOf(attempt, record) {
	const { n, status, error, errorKind } = attempt;
	const last = record.attempts.at(-1)?.n === n;
	if (record.status === "delivered" && last) {
		return { name: "taken", words: `${status}` };
	}
	if (attempt.ignoredStatus) {
		return { name: "ignored", words: `${attempt.ignoredStatus}, which was thrown away` };
	}
	if (error || status === 0) {
		return { name: "unanswered", words: errorKind || error || "no answer" };
	}
	return { name: "refused", words: `${status}` };
}

const most = 30; // marks of one delivery that are drawn: there can be a thousand

// AttemptMarks are the attempts of a delivery, the last ones of many, as small
// marks.
export function AttemptMarks({ record }) {
	const { attempts } = record;
	const before = Math.max(0, attempts.length - most);
	const outcomes = attempts.slice(before).map((attempt) => outcomeOf(attempt, record));
	const words = (before > 0 ? "…, " : "") + outcomes.map(({ words }) => words).join(", ");
	return html`<span class="marks" role="img" aria-label=${attempts.length === 0 ? "no attempt yet" : `${counted(attempts.length, "attempt")}: ${words}`} title=${words}>
		${before > 0 && html`<span class="before">+${before}</span>`}
		${outcomes.map(({ name }, i) => html`<i key=${i} class=${`mark ${name}`}></i>`)}
	</span>`;
}

// counted is a number of things: 1 delivery, 2 deliveries.
export const counted = (n, thing, things = `${thing}s`) => `${n} ${n === 1 ? thing : things}`;

// Status is the status of a delivery, a session, a run or one of its steps.
export const Status = ({ status }) => html`<span class=${`status ${status}`}>${status}</span>`;
