// The attempts of a delivery on the mock's time: those that were made, and those
// that are to come if every one of them fails.
import { html, useLayoutEffect, useMemo, useRef, useState } from "../../ui.js";
import { now } from "../../mock/clock.js";
import { counted, outcomeOf } from "../../parts/attempts.js";
import { Countdown, span, timeOf } from "../../parts/time.js";
import { Place } from "./link.js";
import { placeOf, roomy, spread } from "./place.js";

// Pixels: how close two marks may be at least where there is room, how close
// where there is none, below what they are drawn smaller, and what the words at a
// mark need; those at the last one end where it stands.
const apart = 28, tight = 9, crowd = 23, answerRoom = 24, offsetRoom = 84, endRoom = 108;

// Timeline draws them. Flying is whether the next one is being made now; addressOf
// is the address of an attempt.
export function Timeline({ record, flying, chosen, addressOf }) {
	const [strip, width] = useWidth();
	const marks = useMemo(() => marksOf(record), [record]);
	const line = Math.max(width, marks.length * tight);
	const times = marks.map(({ at }) => at);
	const places = spread(times, apart / line);
	const crowded = places.some((place, i) => i > 0 && (place - places[i - 1]) * line < crowd);
	const answered = crowded ? new Set() : roomy(places, answerRoom / line, answerRoom / line);
	const offset = roomy(places, offsetRoom / line, endRoom / line);
	const first = marks[0]?.at;
	useInSight(strip, `[aria-current]`, [chosen, line]);
	return html`<section class="timeline" aria-label="Timeline">
		<div class="head"><h2>Attempts</h2><${Progress} record=${record} flying=${flying} /></div>
		<div class="strip" ref=${strip}>
			<div class=${crowded ? "line crowded" : "line"} style=${{ minWidth: `${line}px` }}>
				<${NowLine} times=${times} places=${places} pending=${record.status === "pending"} />
				<ol onKeyDown=${moveFocus}>
					${marks.map((mark, i) => html`<li key=${mark.n} class=${mark.attempt ? "made" : "planned"} style=${{ left: `${100 * places[i]}%` }}>
						<${Mark} ...${mark} flying=${flying && i === record.attempts.length} first=${first} chosen=${mark.n === chosen} address=${addressOf(mark.n)} answer=${answered.has(i)} />
						${offset.has(i) && html`<span class=${i > 0 && i === marks.length - 1 ? "offset end" : "offset"} aria-hidden="true">${mark.at === first ? "0" : `+${span(mark.at - first)}`}</span>`}
					</li>`)}
				</ol>
			</div>
		</div>
		<p class="sr" role="status">${heard(record)}</p>
	</section>`;
}

// marksOf are the attempts made and planned, in order: {n, at, attempt, outcome}.
function marksOf(record) {
	const made = record.attempts.map((attempt) => ({
		n: attempt.n, at: Date.parse(attempt.at), attempt, outcome: outcomeOf(attempt, record),
	}));
	const last = made.at(-1) ?? { n: 0, at: -Infinity };
	const ahead = aheadOf(record).map((at, i) => ({ n: last.n + 1 + i, at: Math.max(Date.parse(at), last.at) }));
	// Retries can overlap: one that began later may stand before.
	let latest = -Infinity;
	return [...made, ...ahead].map((mark) => ({ ...mark, at: (latest = Math.max(latest, mark.at)) }));
}

// aheadOf are the times of the attempts that are not made yet; one that is just
// being made is due and no longer planned.
export function aheadOf({ status, nextAt, planned = [] }) {
	return status === "pending" && nextAt && nextAt !== planned[0] ? [nextAt, ...planned] : planned;
}

function Mark({ n, at, attempt, outcome, flying, first, chosen, address, answer }) {
	const since = at === first ? "" : `, ${span(at - first)} after the first`;
	if (!attempt) {
		const words = flying ? `Attempt ${n} is being made now` : `Attempt ${n} is planned for ${timeOf(at)} UTC${since}`;
		return html`<span class="spot" title=${words}><i class=${flying ? "mark ahead flying" : "mark ahead"}></i><span class="sr">${words}</span></span>`;
	}
	return html`<${Place} class="spot" to=${address} data-attempt=${n} aria-current=${chosen ? "true" : undefined}
		aria-label=${`Attempt ${n}: ${outcome.words}, at ${timeOf(at)}${since}`} title=${`Attempt ${n}: ${outcome.words}, ${timeOf(at)} UTC${since}`}>
		${answer && html`<span class=${`answer ${outcome.name}`} aria-hidden="true">${attempt.status || "×"}</span>`}
		<i class=${`mark ${outcome.name}`}></i>
	<//>`;
}

// Progress says how far it is, and how long until it goes on.
function Progress({ record, flying }) {
	const { attempts, status, nextAt } = record;
	const ahead = aheadOf(record).length;
	const made = ahead > 0 ? `${attempts.length} of ${attempts.length + ahead} made` : `${counted(attempts.length, "attempt")} made`;
	return html`<p class="muted">${made}${flying ? html`, <strong>attempt ${attempts.length + 1} is being made now</strong>`
	: nextAt ? html`, the next <strong><${Countdown} to=${nextAt} /></strong>`
	: status === "pending" && attempts.length === 0 ? ", held back until others have overtaken it" : ""}</p>`;
}

const heard = ({ status, attempts }) => {
	const last = attempts.at(-1);
	return `${status}${last ? `, attempt ${last.n}: ${last.error ? last.errorKind || "no answer" : last.status}` : ""}`;
};

// NowLine stands where the mock's clock stands. After the end of a delivery that
// is over it is not there.
function NowLine({ times, places, pending }) {
	const time = now.value;
	if (times.length === 0 || time < times[0] || !pending && time > times.at(-1)) {
		return null;
	}
	const place = placeOf(time, times, places);
	return html`<div class=${place > .9 ? "now left" : "now"} style=${{ left: `${100 * place}%` }} title=${`Now: ${timeOf(time)} UTC on the mock's clock`}><span aria-hidden="true">now</span></div>`;
}

function moveFocus(event) {
	const by = { ArrowLeft: -1, ArrowRight: +1 }[event.key];
	const links = [...event.currentTarget.querySelectorAll("a")];
	const next = links[links.indexOf(event.target) + by];
	if (by && next) {
		event.preventDefault();
		next.focus();
	}
}

// useWidth is a ref, and how wide the element inside is.
function useWidth() {
	const box = useRef();
	const [width, setWidth] = useState(600);
	useLayoutEffect(() => {
		const look = () => {
			const style = getComputedStyle(box.current);
			setWidth(box.current.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
		};
		look();
		const observer = new ResizeObserver(look);
		observer.observe(box.current);
		return () => observer.disconnect();
	}, []);
	return [box, width];
}

// useInSight scrolls a box sideways so that what matches in it can be seen.
function useInSight(box, selector, changes) {
	useLayoutEffect(() => {
		const element = box.current.querySelector(selector)?.closest("li");
		const { scrollLeft, clientWidth } = box.current;
		if (element && (element.offsetLeft < scrollLeft || element.offsetLeft > scrollLeft + clientWidth - apart)) {
			box.current.scrollLeft = element.offsetLeft - clientWidth / 2;
		}
	}, changes);
}
