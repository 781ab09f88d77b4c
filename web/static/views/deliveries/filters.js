// The filters above the list. They are the address's query, so that what one
// sees can be sent to somebody.
import { html, useId } from "../../ui.js";
import { go, to } from "../../route.js";
import { providers } from "../../mock/facts.js";

const statuses = ["pending", "delivered", "exhausted", "cancelled"];

// Filters is handed the ref of its search field, for a key to focus.
export function Filters({ all, query, search, count }) {
	const set = (member) => (event) => go(to("deliveries", { ...query, [member]: event.target.value }), { replace: true });
	const some = ["provider", "account", "status", "session", "event", "q"].some((member) => query[member]);
	const seen = (member) => [...new Set(all.map((record) => record[member]))].sort();
	const events = [...new Set([
		...providers.value.filter(({ name }) => !query.provider || name === query.provider).flatMap(({ events }) => events.map(({ name }) => name)),
		...seen("event"),
	])];
	return html`<form class="filters" role="search" aria-label="Filter the deliveries" onSubmit=${(event) => event.preventDefault()}>
		<input ref=${search} type="search" class="search" aria-label="Free text" placeholder="Filter: text, ID, URL, body  ( / )" value=${query.q ?? ""} onInput=${set("q")} />
		<${Choice} label="Vendor" value=${query.provider} onChange=${set("provider")} options=${providers.value.map(({ name, title }) => [name, title])} />
		<${Choice} label="Account" value=${query.account} onChange=${set("account")} options=${seen("account").map((name) => [name, name])} />
		<${Choice} label="Status" value=${query.status} onChange=${set("status")} options=${statuses.map((name) => [name, name])} />
		<${Choice} label="Event" value=${query.event} onChange=${set("event")} options=${events.map((name) => [name, name])} />
		<input class="session" aria-label="Session" placeholder="Session" value=${query.session ?? ""} onInput=${set("session")} />
		<span class="count muted" role="status">${count === all.length ? `${all.length}` : `${count} of ${all.length}`}</span>
		${some && html`<a class="button" href=${to("deliveries")}>Clear</a>`}
	</form>`;
}

function Choice({ label, value = "", options, onChange }) {
	const id = useId();
	const known = options.some(([name]) => name === value);
	return html`<span class="choice"><label class="sr" for=${id}>${label}</label>
		<select id=${id} value=${value} onChange=${onChange}>
			<option value="">${label}: all</option>
			${!known && value && html`<option value=${value}>${value}</option>`}
			${options.map(([name, text]) => html`<option key=${name} value=${name}>${text}</option>`)}
		</select>
	</span>`;
}
