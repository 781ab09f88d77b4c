// Keys: what the vendors sign with, and what receivers can fetch of it.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { post } from "../../mock/api.js";
import { providers } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Action, Copy } from "../../parts/action.js";
import { Ask } from "../../parts/ask.js";
import { Status } from "../../parts/attempts.js";
import { Wrong } from "../../parts/field.js";
import { Time, dateOf } from "../../parts/time.js";
import { JWKS } from "./jwks.js";
import { OneKey } from "./key.js";
import { Rotate } from "./rotate.js";

// KeysView shows #/keys, and #/keys/{kid} with the public part of that one.
export function KeysView({ path: [kid] }) {
	const { data, error, reload } = useResource("keys", { changes: ({ kind }) => kind === "key" });
	const keys = data?.keys.toReversed(); // the one that signs first
	const signing = providers.value.filter(({ jwks }) => jwks);
	const others = providers.value.filter(({ jwks }) => !jwks);
	return html`<section class="page keyring">
		<h1>Keys</h1>
		<${Wrong} problem=${error} />
		${keys && html`
			<section class="card" aria-labelledby="keys-ring">
				<h2 id="keys-ring">The keys</h2>
				<div class="scrolls"><table>
					<thead><tr><th scope="col">Key</th><th scope="col">State</th><th scope="col">Created</th><th scope="col"><span class="sr">What can be done</span></th></tr></thead>
					<tbody>${keys.map((key) => html`<${Row} key=${`${key.kid} ${key.createdAt}`} item=${key} open=${key.kid === kid} />`)}</tbody>
				</table></div>
			</section>
			${kid && html`<${OneKey} key=${kid} kid=${kid} known=${keys.some((key) => key.kid === kid)} />`}
			<${Rotate} keys=${keys} reload=${reload} />
			${signing.map((profile) => html`<${JWKS} key=${profile.name} profile=${profile} keys=${keys} />`)}
			${others.length > 0 && html`<p class="muted">${others.map(({ title }) => title).join(" and ")} ${others.length === 1 ? "has" : "have"} no JWKS: what ${others.length === 1 ? "it signs" : "they sign"} is verified with the secret of a <a href=${to("webhooks", others[0].name)}>webhook</a>.</p>`}`}
	</section>`;
}

// explained says what a state means for a receiver.
function explained({ state, withheld }) {
	switch (true) {
	case state === "active" && withheld: return "It signs, but is not in the JWKS yet: nobody can verify what it signs.";
	case state === "active": return "It signs, and is in the JWKS.";
	case state === "published" && withheld: return "It no longer signs, and was never in the JWKS.";
	case state === "published": return "It no longer signs, but is still in the JWKS: what it signed can be verified.";
	default: return "It has left the JWKS: a receiver that fetches it again cannot verify what this key signed.";
	}
}

function Row({ item, open }) {
	const { kid, alg, state, withheld, createdAt } = item;
	const path = `keys/${encodeURIComponent(kid)}`;
	return html`<tr class=${open ? "chosen" : undefined}>
		<td><a class="mono kid" href=${open ? to("keys") : to("keys", kid)} aria-current=${open ? "true" : undefined}>${kid}</a><p class="muted">${alg} <${Copy} text=${kid} label="Copy the kid" aria-label=${`Copy the kid ${kid}`} /></p></td>
		<td><${Status} status=${state} /><p class="muted">${explained(item)}</p></td>
		<td><${Time} at=${createdAt} /><p class="muted">${dateOf(createdAt)}</p></td>
		<td class="buttons">
			${withheld && html`<${Action} run=${() => post("keys/publish")} done="The key is in the JWKS now." aria-label=${`Publish ${kid}`}>Publish<//>`}
			${state === "published" && html`<${Ask} label="Retire…" aria-label=${`Retire ${kid}…`} title="Retire the key?" yes="Retire it" run=${() => post(`${path}/retire`)} done="The key has left the JWKS.">
				<p>It leaves the JWKS for good. A receiver that fetches the JWKS again refuses whatever this key signed, including deliveries that are still being retried.</p>
			<//>`}
		</td>
	</tr>`;
}
