// The key set that a vendor publishes.
import { html, useEffect, useId, useState } from "../../ui.js";
import { get } from "../../mock/api.js";
import { reached } from "../../mock/facts.js";
import { Action, Copy } from "../../parts/action.js";
import { Code } from "../../parts/code.js";

// JWKS is about the key set of a vendor, and what of the keys is in it.
export function JWKS({ profile: { name, title, jwks }, keys }) {
	const id = useId();
	const [fetched, setFetched] = useState();
	const path = `/${name}${jwks}`;
	const url = reached(path);
	const held = keys.filter(({ state, withheld }) => state !== "retired" && !withheld);
	const now = held.map(({ kid, createdAt }) => `${kid} ${createdAt}`).join();
	useEffect(() => setFetched(undefined), [now]); // it says something else now
	return html`<section class="card" aria-labelledby=${id}>
		<h2 id=${id}>JWKS of ${title}</h2>
		<p class="address"><code>${url}</code> <${Copy} text=${url} aria-label=${`Copy the URL of the JWKS of ${title}`} /></p>
		<p>${held.length === 0 ? "It is empty at the moment." : html`It now holds ${held.map(({ kid }, i) => html`${i > 0 && ", "}<code>${kid}</code>`)}.`}</p>
		<div class="buttons">
			<${Action} run=${async () => setFetched(await get(path))}>Fetch it<//>
			<span class="muted">This is a call to the vendor's API like any other: a fault that is armed for it strikes here too.</span>
		</div>
		${fetched !== undefined && html`<${Code} label="What it serves" pretty text=${typeof fetched === "string" ? fetched : JSON.stringify(fetched)} />`}
	</section>`;
}
