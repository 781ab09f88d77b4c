// UIP's webhook, as its dashboard has it: one URL for a business, and the secret
// that events are signed with.
import { html, useId, useRef, useState } from "../../ui.js";
import { post, put } from "../../mock/api.js";
import { useResource } from "../../mock/resource.js";
import { Ask } from "../../parts/ask.js";
import { Wrong } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { Stale } from "../../parts/stale.js";
import { useDraft } from "./draft.js";
import { Command, Outcome, SaveButtons, URLField, Waiting } from "./form.js";
import { erase, saved } from "./saved.js";
import { SecretField } from "./secret.js";

const vendor = "uip";

function readWebhook(path) {
	const business = decodeURIComponent(path.split("/")[2]);
	return saved(path, ({ uip }) => uip?.businesses?.[business]?.webhook);
}

const formOf = (webhook) => ({ url: webhook?.url ?? "", secret: webhook?.secret ?? "" });

const placed = ["url", "secret"];

// bodyOf leaves a secret out that is empty or that nobody has edited, which keeps
// the one that the business has by then.
const bodyOf = ({ url, secret }, base) => (secret === "" || secret === base?.secret ? { url } : { url, secret });

const alone = ["secret"];

// UIPWebhook is a business's. Settings are the business itself.
export function UIPWebhook({ account, settings }) {
	const path = `uip/businesses/${encodeURIComponent(account)}/webhook`;
	const resource = useResource(path, { read: readWebhook, changes: ({ kind, id }) => kind === "uip.webhook" && id === account });
	const draft = useDraft(resource, { place: path, formOf, bodyOf, alone });
	const [shown, setShown] = useState(0); // how often a secret was saved: each is shown at first
	const [rotated, setRotated] = useState(); // the secret that a rotation gave
	const title = useId();
	const { form, change, problem } = draft;
	const exists = resource.data != null;
	const element = useRef();
	useFirstWrong(element, problem);
	const save = async (event) => {
		event.preventDefault();
		setRotated();
		if (!draft.saving && await draft.save((body) => put(path, body))) {
			setShown(shown + 1);
		}
	};
	const rotate = async () => {
		const { secret } = await post(`${path}/rotate-secret`);
		draft.settle({ secret });
		setShown(shown + 1);
		setRotated(secret);
	};
	const drop = async () => {
		await erase(path);
		setRotated();
		draft.adopt(null);
	};
	return html`<section class="card" aria-labelledby=${title}>
		<h2 id=${title}>Webhook</h2>
		<p class="muted">Told of every event of the business. Each is signed with the secret: the header X-UIP-Signature is the HMAC-SHA-256 of the body.</p>
		<${Wrong} problem=${resource.error} />
		<${Stale} draft=${draft} />
		${form && html`<form ref=${element} class="stack" novalidate onSubmit=${save} aria-label="Webhook">
			<div class="fields">
				<${URLField} value=${form.url} onValue=${(url) => change({ url })} account=${account} errors=${problem?.at?.("url") ?? []} />
				<${SecretField} key=${shown} label="Secret" wide open=${shown > 0} copied value=${form.secret} onValue=${(secret) => change({ secret })} errors=${problem?.at?.("secret") ?? []}
					hint=${exists ? "A version 4 UUID. Deliveries that are waiting are signed with whatever is set here when their next attempt is made." : "A version 4 UUID. Leave it empty to keep the one that the business has; it is shown when the URL is saved."} />
			</div>
			<${Wrong} problem=${problem} fields=${placed} />
			${rotated && rotated === form.secret && html`<p class="notice" role="status">This is the new secret. Give it to your receiver: everything sent from now on is signed with it.</p>`}
			<${Outcome} ...${{ draft, vendor, account }} />
			<${SaveButtons} draft=${draft} exists=${exists}>
				${exists && html`
					<${Ask} label="Rotate the secret…" title="Rotate the secret?" yes="Rotate it" kind="" run=${rotate}>
						<p>The business gets a new secret, and the old one is gone. Attempts from then on are signed with the new one, including those of deliveries that are waiting.</p>
					<//>
					<${Ask} label="Delete…" title="Delete the webhook?" yes="Delete it" run=${drop} done="The webhook is deleted.">
						<p>Nothing more is sent to it, and UIP's API refuses calls that need a webhook. The business keeps its secret for the next URL.</p>
						<${Waiting} ...${{ vendor, account }} webhook="default" fate=${settings.delivery.pending === "snapshot" ? "goes on to the address that it had" : "is cancelled"} />
					<//>`}
			<//>
			<${Command} path=${path} body=${draft.body} />
		</form>`}
	</section>`;
}
