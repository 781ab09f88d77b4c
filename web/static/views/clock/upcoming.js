// What is to come.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { clock } from "../../mock/clock.js";
import { deliveries } from "../../mock/deliveries.js";
import { Countdown, Time } from "../../parts/time.js";
import { nameOf } from "./moved.js";

const most = 20; // deliveries that are listed

// Upcoming lists the deliveries whose attempts come next, soonest first.
export function Upcoming() {
	const { next, pending } = clock.value;
	const due = deliveries.value.filter(({ nextAt }) => nextAt).sort((a, b) => Date.parse(a.nextAt) - Date.parse(b.nextAt));
	// Timers of sessions are due too, and no delivery has them.
	const other = next && !(Date.parse(due[0]?.nextAt) <= Date.parse(next));
	return html`<section class="card upcoming" aria-labelledby="upcoming">
		<div class="head">
			<h2 id="upcoming">Next</h2>
			<p class="muted">${pending === 0 ? "no delivery is pending" : html`<a href=${to("deliveries", { status: "pending" })}>${pending.toLocaleString("en")} pending</a>`}</p>
		</div>
		${other && html`<p>Something else is due <${Countdown} to=${next} />, at <${Time} at=${next} />: a session that is waiting, for example.</p>`}
		${!next && due.length === 0 && html`<p>Nothing is due. <a href=${to("trigger")}>Trigger an event</a> whose receiver fails, and its next attempt will show here.</p>`}
		${due.length > 0 && html`<div class="wide"><table>
			<thead><tr><th scope="col">Due</th><th scope="col">In</th><th scope="col">Delivery</th><th scope="col">Attempt</th><th scope="col">Target</th></tr></thead>
			<tbody>${due.slice(0, most).map(({ id, nextAt, attempts, url }) => html`<tr key=${id}>
				<td><${Time} at=${nextAt} /></td>
				<td class="in"><${Countdown} to=${nextAt} /></td>
				<td><a href=${to("deliveries", id)}>${nameOf(id)}</a></td>
				<td>${(attempts.at(-1)?.n ?? 0) + 1}</td>
				<td class="target" title=${url}>${url}</td>
			</tr>`)}</tbody>
		</table></div>`}
		${due.length > most && html`<p class="muted">And ${(due.length - most).toLocaleString("en")} more.</p>`}
	</section>`;
}
