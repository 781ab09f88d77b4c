// What differs between two attempts.
import { html, useMemo } from "../../ui.js";
import { outcomeOf } from "../../parts/attempts.js";
import { indented } from "../../parts/code.js";
import { SelectField } from "../../parts/field.js";
import { revealing } from "../../parts/unseen.js";
import { headerLines, lookedInto, sameBody, sizeOf, textOf } from "./body.js";
import { common, differences, hunks } from "./lines.js";
import { tokenIn } from "./token.js";

const mostLines = 2_000; // of what changed, that are drawn
const clipped = 400; // characters of a line that are drawn

// Difference compares an attempt with another, the one before unless another is
// chosen. What is older is shown as taken out, what is newer as put in.
export function Difference({ record, attempt, against, onAgainst }) {
	const others = record.attempts.filter(({ n }) => n !== attempt.n);
	if (others.length === 0) {
		return html`<p class="muted">There is one attempt only, and nothing to compare it with.</p>`;
	}
	const other = others.find(({ n }) => n === against) ?? others.findLast(({ n }) => n < attempt.n) ?? others[0];
	const [older, newer] = other.n < attempt.n ? [other, attempt] : [attempt, other];
	return html`
		<div class="against"><${SelectField} label=${`Attempt ${attempt.n} compared with`} value=${String(other.n)} onValue=${onAgainst}
			options=${others.map((one) => [String(one.n), `attempt ${one.n}: ${outcomeOf(one, record).words}`])} /></div>
		<p class="muted"><del>− attempt ${older.n}</del> <ins>+ attempt ${newer.n}</ins></p>
		<${Headers} title="Request headers" older=${older.request} newer=${newer.request} />
		<${Bodies} title="Request body" older=${older.request} newer=${newer.request} />
		<${Headers} title="Response headers" older=${older.response} newer=${newer.response} first=${[older.status, newer.status]} />
		<${Bodies} title="Response body" older=${older.response} newer=${newer.response} />`;
}

const startOf = (message, status) => (message?.method ? [`${message.method} ${message.url}`] : status ? [`HTTP ${status}`] : []);

function Headers({ title, older, newer, first = [] }) {
	const texts = [older, newer].map((message, i) => [...startOf(message, first[i]), ...headerLines(message?.headers)].join("\n"));
	return html`<${Compared} title=${title} texts=${texts} same=${texts[0] === texts[1] ? "They are the same." : ""} />`;
}

// Bodies compares bodies as people read them. When tokens in them differ, what
// the tokens say is compared as well.
function Bodies({ title, older, newer }) {
	const { texts, same, tokens } = useMemo(() => compared(older, newer), [older?.body, older?.bodyBase64, newer?.body, newer?.bodyBase64]);
	return html`
		<${Compared} title=${title} texts=${texts} same=${same} />
		${tokens && html`<${Compared} title="What the tokens say" texts=${tokens} same=${tokens[0] === tokens[1] ? "Header and claims are the same: the signatures differ." : ""} />`}`;
}

function compared(older, newer) {
	const bodies = [textOf(older), textOf(newer)];
	if (sameBody(older, newer)) {
		return { same: bodies[0].size === 0 ? "Neither has a body." : `The same bytes, ${sizeOf(bodies[0].size)}.` };
	}
	const texts = bodies.map(({ text }) => (lookedInto(text) ? indented(text) : text));
	const tokens = bodies.map(({ text }) => lookedInto(text) && tokenIn(text));
	return {
		texts,
		same: texts[0] === texts[1] ? "Only the white space differs, or bytes that are no UTF-8." : "",
		tokens: tokens.every(Boolean) && tokens.map(({ header, claims }) => `${indented(header)}\n${indented(claims ?? "")}`),
	};
}

function Compared({ title, texts, same }) {
	return html`<section class="compared" aria-label=${title}>
		<h3>${title}</h3>
		${same ? html`<p class="muted">${same}</p>` : html`<${Lines} title=${title} texts=${texts} />`}
	</section>`;
}

function Lines({ title, texts: [oldText, newText] }) {
	const { groups, bounded, left } = useMemo(() => {
		const { lines, bounded } = differences(oldText, newText);
		return { bounded, ...atMost(hunks(lines)) };
	}, [oldText, newText]);
	const reveal = useMemo(() => revealing(oldText + newText), [oldText, newText]);
	return html`
		${bounded && html`<p class="muted">Too much differs to be compared line by line: the older one comes first, then the newer.</p>`}
		<div class="diff" tabindex="0" role="region" aria-label=${`Differences: ${title}`}>${groups.map((group, i) => html`<${Group} key=${i} reveal=${reveal} ...${group} />`)}</div>
		${left > 0 && html`<p class="muted">${left.toLocaleString("en")} more lines differ.</p>`}`;
}

// atMost leaves out what changed beyond mostLines, and what follows it.
function atMost(groups) {
	let room = mostLines, left = 0;
	const kept = [];
	for (const group of groups) {
		const size = group.kind === "changed" ? group.old.length + group.fresh.length : 0;
		if (left > 0 || size > room) {
			left += Math.max(0, size - room);
			if (room > 0 && size > 0) {
				const old = group.old.slice(0, room / 2), fresh = group.fresh.slice(0, room - old.length);
				kept.push({ ...group, old, fresh });
			}
			room = 0;
			continue;
		}
		room -= size;
		kept.push(group);
	}
	return { groups: kept, left };
}

function Group({ kind, lines, old, fresh, reveal }) {
	switch (kind) {
	case "same":
		return lines.map((text) => html`<div class="line same">${shortened(text, reveal)}</div>`);
	case "folded":
		return html`<details class="folded"><summary>${lines.length.toLocaleString("en")} lines are the same</summary><div class="line same">${reveal(lines.join("\n").slice(0, 100_000))}</div></details>`;
	default:
		return html`
			${old.map((text, i) => html`<del class="line old">${shortened(text, reveal, common(text, fresh[i]))}</del>`)}
			${fresh.map((text, i) => html`<ins class="line new">${shortened(text, reveal, common(text, old[i]))}</ins>`)}`;
	}
}

// shortened is a line from shortly before the place where it begins to differ. A
// word joiner keeps the line from breaking after the first ellipsis.
function shortened(text, reveal, from = 0) {
	if (text.length <= clipped) {
		return reveal(text) || " ";
	}
	const start = Math.max(0, Math.min(from, text.length) - 60);
	const part = text.slice(start, start + clipped);
	return [start > 0 ? "…\u2060" : "", reveal(part), `${start + clipped < text.length ? "…" : ""} (${text.length.toLocaleString("en")} characters)`];
}
