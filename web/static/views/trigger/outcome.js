// What triggers have led to.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { deliveries } from "../../mock/deliveries.js";
import { AttemptMarks, Status } from "../../parts/attempts.js";
import { Countdown, Time } from "../../parts/time.js";

// Outcomes lists what was answered to each trigger, newest first, and how its
// deliveries stand now.
export function Outcomes({ outcomes }) {
	return html`<section class="card outcomes" aria-labelledby="trigger-outcome" tabindex="-1">
		<h2 id="trigger-outcome">What it led to</h2>
		<ol>${outcomes.map((outcome) => html`<li key=${outcome.key}><${Outcome} ...${outcome} /></li>`)}</ol>
	</section>`;
}

function Outcome({ event, webhooks, session, deliveries: begun }) {
	const ids = begun.map(({ id }) => id);
	const known = deliveries.value.filter((record) =>
		ids.includes(record.id) || ids.includes(record.duplicateOf) || (session && record.session === session.id));
	const records = [...known, ...begun.filter(({ id }) => !known.some((record) => record.id === id)).map((record) => ({ ...record, attempts: [] }))];
	return html`
		${session
			? html`<p>${event}, session <a href=${to("deliveries", { session: session.id })}><code>${session.id}</code></a> <${Status} status=${session.status} /></p>`
			: html`<p>${event}, about no session</p>`}
		${records.length === 0 && html`<p class="muted">${session?.waiting ? "Nothing is sent until the person with the phone acts." : "Nothing was sent: no webhook is set up for this."} <a href=${webhooks}>Webhooks</a></p>`}
		<ul>${records.map((record) => html`<li key=${record.id} class="told">
			<${Time} at=${record.createdAt} /> <a href=${to("deliveries", record.id)}>${record.webhook} to <span class="url">${record.url}</span></a>
			<${Status} status=${record.status} /> <${AttemptMarks} record=${record} /> <${Countdown} to=${record.nextAt} />
		</li>`)}</ul>`;
}
