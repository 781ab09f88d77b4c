// The filters above the list. They are the address's query, so that what one
// sees can be sent to somebody.
import { html, signal, useEffect, useId, useMemo } from "../../ui.js";
import { go, to } from "../../route.js";
import { listed } from "../../mock/deliveries.js";
import { providers } from "../../mock/facts.js";
import { filters, isFiltered } from "./search.js";

const statuses = ["pending", "delivered", "exhausted", "cancelled"];

// awaited is whether the search field takes the focus as soon as it is there.
const awaited = signal(false);

let last = {}; // filters that the list had

// startSearch opens the list at its search field, from any view, with the filters
// that it had.
export function startSearch() {
	awaited.value = true;
	go(to("deliveries", last));
}

// focusSearch lets somebody type another text in the place of the one that is there.
export function focusSearch(field) {
	field?.focus();
	field?.select();
}

// Filters changes the query of the path that is open. It is handed the ref of its
// search field, for a key to focus; enter is called when somebody has typed what
// to look for, and wants to read on.
export function Filters({ all, path, query, search, count, looking, enter }) {
	const wanted = filters(query);
	last = wanted;
	const set = (member) => (event) => go(to(...path, { ...query, [member]: event.target.value.trimStart() }), { replace: true });
	const accounts = useMemo(() => seen(all, "account"), [all]);
	const events = useMemo(() => [...new Set([
		...providers.value.filter(({ name }) => !wanted.provider || name === wanted.provider).flatMap(({ events }) => events.map(({ name }) => name)),
		...seen(all, "event"),
	])], [all, wanted.provider, providers.value]);
	useEffect(() => {
		if (awaited.value) {
			awaited.value = false;
			focusSearch(search.current);
		}
	}, [awaited.value]);
	const entered = (event) => {
		if (event.key === "Enter" && !event.isComposing) {
			event.preventDefault();
			event.target.blur();
			enter();
		}
	};
	return html`<form class="filters" role="search" aria-label="Filter the deliveries" onSubmit=${(event) => event.preventDefault()}>
		<input ref=${search} type="search" class="search" aria-label="Free text" placeholder="Text, ID, address, body" title="Looks through what was sent and answered too (/)" spellcheck=${false} autocomplete="off" value=${wanted.q ?? ""} onInput=${set("q")} onKeyDown=${entered} />
		<${Choice} label="Vendor" value=${wanted.provider} onChange=${set("provider")} options=${providers.value.map(({ name, title }) => [name, title])} />
		<${Choice} label="Account" value=${wanted.account} onChange=${set("account")} options=${accounts.map((name) => [name, name])} />
		<${Choice} label="Status" value=${wanted.status} onChange=${set("status")} options=${statuses.map((name) => [name, name])} />
		<${Choice} label="Event" value=${wanted.event} onChange=${set("event")} options=${events.map((name) => [name, name])} />
		<input class="session" aria-label="Session" placeholder="Session" spellcheck=${false} autocomplete="off" value=${wanted.session ?? ""} onInput=${set("session")} onKeyDown=${entered} />
		${isFiltered(wanted) && html`<a class="button" href=${to(...path, { ...query, ...filters({}) })}>Clear</a>`}
		<span class="count muted">${ofAll(count, all.length)}${looking || !listed.value ? "…" : ""}</span>
	</form>`;
}

const ofAll = (count, all) => (count === all ? all.toLocaleString("en") : `${count.toLocaleString("en")} of ${all.toLocaleString("en")}`);

const seen = (all, member) => [...new Set(all.map((record) => record[member]))].sort();

function Choice({ label, value = "", options, onChange }) {
	const id = useId();
	const known = options.some(([name]) => name === value);
	return html`<span class=${value ? "choice set" : "choice"}><label class="sr" for=${id}>${label}</label>
		<select id=${id} value=${value} onChange=${onChange}>
			<option value="">${label}: all</option>
			${!known && value && html`<option value=${value}>${value}</option>`}
			${options.map(([name, text]) => html`<option key=${name} value=${name}>${text}</option>`)}
		</select>
	</span>`;
}
