// Times and durations as people read them. All of them are the mock's, in UTC,
// as in the API and the logs.
import { html } from "../ui.js";
import { now } from "../mock/clock.js";

// dateOf is a day: 2026-11-22.
export const dateOf = (time) => new Date(time).toISOString().slice(0, 10);

// timeOf is a time of the day: 09:41:07.123, or without the milliseconds.
export const timeOf = (time, { precise = false } = {}) => new Date(time).toISOString().slice(11, precise ? 23 : 19);

const units = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000]];

// span is a duration in milliseconds in its two largest units: 1 h 55 min, 12 s,
// 0.3 s.
export function span(ms) {
	const whole = Math.abs(ms);
	if (whole < 950) {
		return `${(whole / 1000).toFixed(whole < 50 ? 2 : 1)} s`.replace("0.00 s", "0 s");
	}
	let rest = Math.round(whole / 1000) * 1000;
	const parts = [];
	for (const [name, size] of units) {
		const count = Math.floor(rest / size);
		if (count > 0 && parts.length < 2) {
			parts.push(`${count} ${name}`);
		} else if (parts.length > 0) {
			break;
		}
		rest -= count * size;
	}
	return parts.join(" ");
}

// away is how far a time is from another: in 5 min, 12 s ago, now.
export function away(time, from) {
	const ms = Date.parse(time) - from;
	if (Math.abs(ms) < 500) {
		return "now";
	}
	return ms > 0 ? `in ${span(ms)}` : `${span(ms)} ago`;
}

// Time shows a time of the mock's clock, with its date in the tooltip.
export function Time({ at, precise = false }) {
	return at == null ? null : html`<time dateTime=${at} title=${`${dateOf(at)} ${timeOf(at, { precise: true })} UTC, on the mock's clock`}>${timeOf(at, { precise })}</time>`;
}

// Countdown says how long it is until a time of the mock's clock, and goes on
// saying it.
export function Countdown({ to }) {
	if (to == null) {
		return null;
	}
	const left = Date.parse(to) - now.value;
	return html`<time class="countdown" dateTime=${to} title=${`due ${dateOf(to)} ${timeOf(to, { precise: true })} UTC, on the mock's clock`}>${left <= 0 ? "due" : `in ${span(left)}`}</time>`;
}
