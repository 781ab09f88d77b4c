// One attempt of a delivery: when it was, what came of it, and what went over the
// wire.
import { html } from "../../ui.js";
import { go } from "../../route.js";
import { outcomeOf } from "../../parts/attempts.js";
import { Time, dateOf, span } from "../../parts/time.js";
import { revealed } from "../../parts/unseen.js";
import { Command } from "./command.js";
import { Difference } from "./difference.js";
import { FactList } from "./facts.js";
import { Place } from "./link.js";
import { RequestShown, ResponseShown } from "./message.js";
import { Signature } from "./signature.js";
import { Tabs } from "./tabs.js";

// AttemptView shows attempt n. AddressOf is the address of this view with other
// members in its query.
export function AttemptView({ record, attempt, query, addressOf }) {
	const { n } = attempt;
	const { attempts } = record;
	const at = attempts.indexOf(attempt);
	const raw = query.raw === "1";
	const onRaw = (raw) => go(addressOf({ raw: raw ? "1" : "" }), { replace: true });
	const tabs = [
		{ name: "request", title: "Request", panel: () => html`<${RequestShown} key=${n} attempt=${attempt} raw=${raw} onRaw=${onRaw} />` },
		{ name: "response", title: "Response", panel: () => html`<${ResponseShown} key=${n} attempt=${attempt} raw=${raw} onRaw=${onRaw} />` },
		{ name: "signature", title: "Signature", panel: () => html`<${Signature} key=${n} record=${record} attempt=${attempt} />` },
		{ name: "difference", title: "Difference", panel: () => html`<${Difference} record=${record} attempt=${attempt} against=${Number(query.against)} onAgainst=${(against) => go(addressOf({ against }), { replace: true })} />` },
		{ name: "curl", title: "cURL", panel: () => html`<${Command} attempt=${attempt} />` },
	];
	return html`<section class="attempt" aria-labelledby="attempt-title">
		<div class="head">
			<h2 id="attempt-title">Attempt ${n} <${Outcome} record=${record} attempt=${attempt} /></h2>
			<span class="buttons">
				<${Step} attempt=${attempts[at - 1]} words="Previous" addressOf=${addressOf} />
				<${Step} attempt=${attempts[at + 1]} words="Next" addressOf=${addressOf} />
			</span>
		</div>
		<${AttemptFacts} record=${record} attempt=${attempt} />
		<${Tabs} label=${`Attempt ${n}`} tabs=${tabs} open=${query.tab} onOpen=${(tab) => go(addressOf({ tab }), { replace: true })} />
	</section>`;
}

const Step = ({ attempt, words, addressOf }) => (attempt
	? html`<${Place} class="button" to=${addressOf({ attempt: attempt.n, against: "" })} aria-label=${`${words} attempt`}>${words}<//>`
	: html`<button type="button" disabled title="There is none" aria-label=${`${words} attempt`}>${words}</button>`);

function Outcome({ record, attempt }) {
	const { name, words } = outcomeOf(attempt, record);
	return html`<span class=${`outcome ${name}`}>${words}</span>`;
}

const notLate = 50; // milliseconds below which an attempt is on time

function AttemptFacts({ record, attempt }) {
	const { dueAt, at, tookMs, error, faults = [], plannedAt, request } = attempt;
	const late = Date.parse(at) - Date.parse(dueAt);
	const rows = [
		["Due", html`${dateOf(dueAt)} <${Time} at=${dueAt} precise /> UTC${plannedAt && html`, asked for before its time: it was planned for <${Time} at=${plannedAt} />`}`],
		["Began", html`<${Time} at=${at} precise />${late >= notLate ? `, ${span(late)} late` : ", on time"}`],
		["Took", `${tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs).toLocaleString("en")} ms in real time`],
		["Failure", error && html`<span class="error">${revealed(error)}</span>`, true],
		["Faults", faults.length > 0 && html`<span class="faults">${faults.join(", ")}</span>`],
		["Target", request && request.url !== record.url && html`<span class="mono">${revealed(request.url)}</span>`, true],
	];
	return html`<${FactList} rows=${rows} />`;
}
