// Hosted KYC configurations: each can have a webhook of its own, beside the
// Global Webhook.
import { html, useEffect, useId, useRef, useState } from "../../ui.js";
import { go, to } from "../../route.js";
import { put, remove } from "../../mock/api.js";
import { useResource } from "../../mock/resource.js";
import { Ask } from "../../parts/ask.js";
import { CheckField, SelectField, TextField, Wrong } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { Stale } from "../../parts/stale.js";
import { unfit } from "./accounts.js";
import { useDraft } from "./draft.js";
import { Command, Outcome, SaveButtons, Waiting } from "./form.js";
import { Security, bodyOf as webhookBodyOf, formOf as webhookFormOf, placed as webhookPlaced } from "./security.js";
import { fateOf } from "./uqudo.js";

const vendor = "uqudo";

// HostedConfigurations lists an account's; open is the name of the one whose form
// is shown.
export function HostedConfigurations({ account, settings, open }) {
	const path = `uqudo/accounts/${encodeURIComponent(account)}/hosted-kyc`;
	const resource = useResource(`${path}?reveal=true`, { changes: ({ kind, id }) => kind === "uqudo.webhook" && id.startsWith(`${account}/hosted-kyc/`) });
	const title = useId();
	const list = resource.data?.hostedKyc;
	const chosen = list && (list.find(({ name }) => name === open) ?? null);
	return html`<section class="card hosted" aria-labelledby=${title}>
		<h2 id=${title}>Hosted KYC configurations</h2>
		<p class="muted">Sessions that go through a configuration are sent to its webhook as well as to the Global Webhook: if both have the same URL, it hears of each session twice.</p>
		<${Wrong} problem=${resource.error} />
		${list && html`
			${list.length === 0 ? html`<p>None yet. Add one, under the name that your triggers will use.</p>` : html`<ul class="configurations">
				${list.map(({ name, webhook }) => html`<li key=${name}>
					<a href=${to("webhooks", vendor, account, "hosted-kyc", name)} aria-current=${name === open ? "true" : undefined}>${name}</a>
					<span class="muted target">${webhook ? webhook.url : "no webhook"}</span>
					${webhook?.format === "LEGACY" && html`<span class="muted">legacy</span>`}
				</li>`)}
			</ul>`}
			<${AddConfiguration} account=${account} />`}
		${open && list && html`<${Configuration} key=${open} ...${{ account, settings, path: `${path}/${encodeURIComponent(open)}`, name: open }} resource=${{ data: chosen, reload: resource.reload }} />`}
	</section>`;
}

// AddConfiguration opens the form of a name; what is there already is opened too,
// and not replaced.
function AddConfiguration({ account }) {
	const [name, setName] = useState("");
	const [wrong, setWrong] = useState("");
	const submit = (event) => {
		event.preventDefault();
		const found = unfit(name);
		setWrong(found);
		if (!found) {
			setName("");
			go(to("webhooks", vendor, account, "hosted-kyc", name));
		}
	};
	return html`<form class="add" onSubmit=${submit} aria-label="Add a configuration">
		<${TextField} label="New configuration" value=${name} onValue=${setName} errors=${wrong ? [{ message: wrong }] : []} placeholder="loan-onboarding" />
		<button type="submit">Add</button>
	</form>`;
}

const formats = [["JSON", "JSON"], ["LEGACY", "LEGACY, the bare JWS"]];

const formOf = (configuration) => ({
	told: configuration?.webhook != null || !configuration,
	format: configuration?.webhook?.format ?? "JSON",
	...webhookFormOf(configuration?.webhook),
});

const bodyOf = ({ told, format, ...webhook }) => (told ? { webhook: { ...webhookBodyOf(webhook), format } } : {});

const placed = ["webhook.format", ...webhookPlaced.map((member) => `webhook.${member}`)];

function Configuration({ account, settings, path, name, resource }) {
	const draft = useDraft(resource, { place: path, formOf, bodyOf });
	const title = useId();
	const { form, change, problem } = draft;
	const exists = resource.data !== null;
	const element = useRef();
	useFirstWrong(element, problem);
	useEffect(() => element.current?.scrollIntoView({ block: "nearest" }), [form !== undefined]); // it is below the others
	const save = (event) => {
		event.preventDefault();
		draft.saving || draft.save((body) => put(`${path}?reveal=true`, body));
	};
	const erase = async () => {
		await remove(path);
		go(to("webhooks", vendor, account));
		draft.adopt(null);
	};
	return form && html`<form ref=${element} class="stack configuration" novalidate onSubmit=${save} aria-labelledby=${title}>
		<h3 id=${title}>${name}</h3>
		${!exists && html`<p class="notice warn" role="status">There is no configuration of this name yet. Saving creates it.</p>`}
		<${Stale} draft=${draft} />
		<${CheckField} label="It has a webhook of its own" checked=${form.told} onChecked=${(told) => change({ told })} hint="Without one, its sessions are sent to the Global Webhook alone." />
		${form.told && html`<${Security} ...${{ account, draft }} inside="webhook.">
			<${SelectField} label="Format" value=${form.format} onValue=${(format) => change({ format })} options=${formats} errors=${problem?.at?.("webhook.format") ?? []}
				hint=${form.format === "LEGACY" ? "Deprecated: text/plain, until Uqudo switches a configuration to JSON." : "A JSON object with the member jwsResult."} />
		<//>`}
		<${Wrong} problem=${problem} fields=${placed} />
		<${Outcome} ...${{ draft, vendor, account }} set=${form.told} />
		<${SaveButtons} draft=${draft} exists=${exists}>
			${exists && html`<${Ask} label="Delete…" aria-label=${`Delete ${name}…`} title=${`Delete the configuration ${name}?`} yes="Delete it" run=${erase} done=${`The configuration ${name} is deleted.`}>
				<p>Its webhook is deleted with it. Triggers that name it are refused from then on.</p>
				<${Waiting} ...${{ vendor, account }} webhook=${`hosted-kyc/${name}`} fate=${fateOf(settings)} />
			<//>`}
		<//>
		<${Command} path=${path} body=${draft.body} />
	</form>`;
}
