// Webhooks of a vendor whose portal the page does not show: what its profile and
// the control API say of them.
import { html } from "../../ui.js";
import { providers, titleOf } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Wrong } from "../../parts/field.js";

// OtherWebhooks lists a vendor's webhooks, and the calls of the control API that
// are the vendor's own.
export function OtherWebhooks({ vendor }) {
	const profile = providers.value.find(({ name }) => name === vendor);
	const { data, error } = useResource(profile ? "openapi.json" : null);
	if (!profile) {
		return providers.value.length > 0 && html`<div class="empty"><h2>No vendor is called ${vendor}</h2><p>There are ${providers.value.map(({ title }) => title).join(", ")}.</p></div>`;
	}
	const calls = callsOf(data, vendor);
	return html`<section class="card">
		<h2>${titleOf(vendor)}</h2>
		<p>An account has the webhooks ${profile.webhooks.map((name, i) => html`${i > 0 && ", "}<code>${name}</code>`)}. The page has no form for them: save them through the control API, or in the Go program that the vendor came with.</p>
		<${Wrong} problem=${error} />
		${data && calls.length === 0 && html`<p class="muted">The vendor adds no calls to the control API.</p>`}
		${calls.length > 0 && html`<div class="scrolls" tabindex="0" role="region" aria-label="Calls"><table>
			<thead><tr><th scope="col">Call</th><th scope="col">What it does</th></tr></thead>
			<tbody>${calls.map(({ method, path, summary }) => html`<tr key=${method + path}><td><code>${method.toUpperCase()} ${path}</code></td><td>${summary}</td></tr>`)}</tbody>
		</table></div>`}
	</section>`;
}

// callsOf are the calls of an OpenAPI document that belong to a vendor.
const callsOf = (document, vendor) => Object.entries(document?.paths ?? {})
	.filter(([path]) => path.startsWith(`/_mock/v1/${vendor}/`))
	.flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary = "" }]) => ({ method, path, summary })));
