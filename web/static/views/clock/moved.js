// What a move of the clock led to.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { deliveries, deliveryOf } from "../../mock/deliveries.js";
import { titleOf } from "../../mock/facts.js";
import { counted, outcomeOf } from "../../parts/attempts.js";
import { Time } from "../../parts/time.js";

const most = 200; // attempts that are listed

// inWords says in one line what a move led to.
export const inWords = ({ what, attempts }) => `${what}: ${attempts.length === 0 ? "nothing was attempted" : `${counted(attempts.length, "attempt")} on the way`}`;

// Moved lists the attempts that were made on the way, each with a link.
export function Moved({ what, attempts, held }) {
	deliveries.value; // what an attempt came to is known as soon as its delivery is
	return html`<section class="card" aria-labelledby="moved">
		<h2 id="moved">${inWords({ what, attempts })}</h2>
		${attempts.length > 0 && html`<div class="wide"><table>
			<thead><tr><th scope="col">Time</th><th scope="col">Answer</th><th scope="col">Attempt</th></tr></thead>
			<tbody>${attempts.slice(0, most).map((attempt) => html`<${Made} key=${`${attempt.delivery} ${attempt.n}`} ...${attempt} />`)}</tbody>
		</table></div>`}
		${attempts.length > most && html`<p class="muted">And ${(attempts.length - most).toLocaleString("en")} more: see the <a href=${to("deliveries")}>deliveries</a>.</p>`}
		${held.length > 0 && html`<p>Held back, with no attempt planned: ${held.map((id, i) => html`${i > 0 && ", "}<a href=${to("deliveries", id)}>${id}</a>`)}.</p>`}
	</section>`;
}

function Made({ delivery, n, at, status, error, errorKind }) {
	const record = deliveryOf(delivery);
	const attempt = record?.attempts.find((attempt) => attempt.n === n);
	const { name = "", words = status || errorKind || "no answer" } = attempt ? outcomeOf(attempt, record) : {};
	return html`<tr>
		<td><${Time} at=${at} /></td>
		<td class=${`answer ${name}`} title=${error}>${words}</td>
		<td class="attempt"><a href=${to("deliveries", delivery, { attempt: n })}>${nameOf(delivery)}, attempt ${n}</a></td>
	</tr>`;
}

// nameOf is what people know a delivery as.
export function nameOf(id) {
	const record = deliveryOf(id);
	return record ? `${titleOf(record.provider)} ${record.event}` : id;
}
