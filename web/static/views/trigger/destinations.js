// Where a trigger would go, before it is sent.
import { html } from "../../ui.js";

// Destinations are the webhooks that useContent has found; all is where those of
// the account can be seen. Of an event that nobody is told anyway it says nothing.
export function Destinations({ content: { base, webhooks }, all }) {
	const said = webhooks !== undefined && base !== "null";
	return html`<div class="destinations" role="status">
		${said && webhooks.length > 0 && html`<ul aria-label="Where it goes">${webhooks.map(({ name, url }) => html`<li key=${name}>Goes to <span class="url">${url}</span> <span class="muted">(${name})</span></li>`)}</ul>`}
		${said && webhooks.length === 0 && html`<p class="notice warn">No webhook of this account would be told: nothing would be sent. <a href=${all}>See its webhooks</a></p>`}
	</div>`;
}
