// Uqudo's webhooks, as its customer portal has them: the Global Webhook, of which
// an account has one, and one for each Hosted KYC configuration.
import { html, useId, useRef } from "../../ui.js";
import { put } from "../../mock/api.js";
import { useResource } from "../../mock/resource.js";
import { Ask } from "../../parts/ask.js";
import { Wrong } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { Stale } from "../../parts/stale.js";
import { useDraft } from "./draft.js";
import { Command, Outcome, SaveButtons, Waiting } from "./form.js";
import { HostedConfigurations } from "./hosted.js";
import { erase, saved } from "./saved.js";
import { Security, bodyOf, formOf, placed } from "./security.js";

const vendor = "uqudo";

// UqudoWebhooks are an account's. Settings are the account itself.
export function UqudoWebhooks({ account, settings, rest: [place, config] }) {
	return html`
		<${GlobalWebhook} ...${{ account, settings }} />
		<${HostedConfigurations} ...${{ account, settings }} open=${place === "hosted-kyc" ? config : undefined} />`;
}

// fateOf is what becomes of what waits when a webhook is deleted.
export const fateOf = ({ delivery }) => (delivery.onDelete === "none" ? "is cancelled" : "makes one more attempt, to the address that it had, and then ends");

function readGlobal(path) {
	const account = decodeURIComponent(path.split("/")[2]);
	return saved(path, ({ uqudo }) => uqudo?.accounts?.[account]?.globalWebhook);
}

function GlobalWebhook({ account, settings }) {
	const path = `uqudo/accounts/${encodeURIComponent(account)}/global-webhook`;
	const resource = useResource(path, { read: readGlobal, changes: ({ kind, id }) => kind === "uqudo.webhook" && id === `${account}/global` });
	const draft = useDraft(resource, { place: path, formOf, bodyOf });
	const title = useId();
	const { form, problem } = draft;
	const exists = resource.data != null;
	const element = useRef();
	useFirstWrong(element, problem);
	const save = (event) => {
		event.preventDefault();
		draft.saving || draft.save((body) => put(`${path}?reveal=true`, body));
	};
	const drop = async () => {
		await erase(path);
		draft.adopt(null);
	};
	return html`<section class="card" aria-labelledby=${title}>
		<h2 id=${title}>Global Webhook</h2>
		<p class="muted">It is told of every session of the account, however that was started. An account has only one: saving replaces all of it.</p>
		<${Wrong} problem=${resource.error} />
		<${Stale} draft=${draft} />
		${form && html`<form ref=${element} class="stack" novalidate onSubmit=${save} aria-label="Global Webhook">
			<${Security} ...${{ account, draft }} />
			<${Wrong} problem=${problem} fields=${placed} />
			<${Outcome} ...${{ draft, vendor, account }} />
			<${SaveButtons} draft=${draft} exists=${exists}>
				${exists && html`<${Ask} label="Delete…" title="Delete the Global Webhook?" yes="Delete it" run=${drop} done="The Global Webhook is deleted.">
					<p>It hears nothing of sessions that complete from now on.</p>
					<${Waiting} ...${{ vendor, account }} webhook="global" fate=${fateOf(settings)} />
				<//>`}
			<//>
			<${Command} path=${path} body=${draft.body} />
		</form>`}
	</section>`;
}
