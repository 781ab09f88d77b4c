// The public part of one key.
import { html, useId } from "../../ui.js";
import { to } from "../../route.js";
import { reached } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Copy } from "../../parts/action.js";
import { Code } from "../../parts/code.js";
import { Wrong } from "../../parts/field.js";

// OneKey shows a key as PEM and as a JSON Web Key, with the addresses where
// receivers fetch both. Known is whether there is a key of this kid.
export function OneKey({ kid, known }) {
	const id = useId();
	const path = known ? `keys/${encodeURIComponent(kid)}` : undefined;
	const changes = ({ kind, id }) => kind === "key" && id === kid; // a rotation can keep the kid
	const pem = useResource(path && `${path}/public.pem`, { accept: "application/x-pem-file", changes });
	const jwk = useResource(path && `${path}/public.jwk`, { accept: "application/jwk+json", changes });
	const at = (form) => reached(`/_mock/v1/${path}/${form}`);
	return html`<section class="card" aria-labelledby=${id}>
		<div class="head">
			<h2 id=${id}>Key <span class="mono">${kid}</span></h2>
			<a class="button" href=${to("keys")}>Close</a>
		</div>
		${!known && html`<p>There is no key with this kid: a reset may have removed it.</p>`}
		<${Wrong} problem=${pem.error ?? jwk.error} />
		${pem.data && html`<${Code} label="PEM" text=${pem.data} actions=${html`<${Copy} text=${at("public.pem")} label="Copy its URL" aria-label="Copy its URL: PEM" />`} />`}
		${jwk.data && html`<${Code} label="JWK" pretty text=${JSON.stringify(jwk.data)} actions=${html`<${Copy} text=${at("public.jwk")} label="Copy its URL" aria-label="Copy its URL: JWK" />`} />`}
	</section>`;
}
