// Webhooks: where each account of each vendor wants to be told, as its portal or
// dashboard shows it.
import { html, useRef } from "../../ui.js";
import { to } from "../../route.js";
import { providers, titleOf } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Wrong } from "../../parts/field.js";
import { AccountChoice } from "./accounts.js";
import { OtherWebhooks } from "./other.js";
import { Settings } from "./settings.js";
import { UIPWebhook } from "./uip.js";
import { UqudoWebhooks } from "./uqudo.js";

// What is special about the vendors whose portals the page shows: where their
// accounts are in the control API, by what member and name, and which entries of
// the journal are about them.
const portals = {
	uqudo: {
		noun: "account", accounts: "uqudo/accounts", nameOf: ({ name }) => name, kind: "uqudo.account", form: UqudoWebhooks,
		settingsOf: ({ name, clientSecret, ...settings }) => settings, kept: "The client secret is kept: it is not shown.",
	},
	uip: {
		noun: "business", accounts: "uip/businesses", nameOf: ({ business }) => business, kind: "uip.business", form: UIPWebhook,
		settingsOf: ({ business, apiKeys, ...settings }) => settings, kept: "The API keys are kept: they are not shown.",
	},
};

// WebhooksView shows #/webhooks/{vendor}/{account}/...
export function WebhooksView({ path: [vendor = providers.value[0]?.name, account = "default", ...rest] }) {
	const portal = Object.hasOwn(portals, vendor ?? "") ? portals[vendor] : undefined;
	return html`<section class="page webhooks">
		<div class="head">
			<h1>Webhooks</h1>
			<nav class="vendors" aria-label="Vendors">
				${providers.value.map(({ name, title }) => html`<a key=${name} href=${to("webhooks", name)} aria-current=${name === vendor ? "page" : undefined}>${title}</a>`)}
			</nav>
		</div>
		${portal && html`<${Portal} key=${vendor} ...${{ portal, vendor, account, rest }} />`}
		${!portal && vendor && html`<${OtherWebhooks} key=${vendor} vendor=${vendor} />`}
	</section>`;
}

// Portal is one account of a vendor.
function Portal({ portal, vendor, account, rest }) {
	const { data, error, reload } = useResource(portal.accounts, { changes: ({ kind }) => kind === portal.kind });
	const last = useRef(); // edits are not to go when the mock cannot be reached for a moment
	last.current = data ?? last.current;
	if (!last.current) {
		return error ? html`<${Wrong} problem=${error} />` : html`<p class="muted">…</p>`;
	}
	const accounts = Object.values(last.current).flat();
	const settings = accounts.find((one) => portal.nameOf(one) === account);
	const names = accounts.map(portal.nameOf);
	return html`
		<${AccountChoice} ...${{ portal, vendor, account, names, reload }} />
		${settings
			? html`<${portal.form} key=${`form ${account}`} ...${{ account, settings, rest }} />
				<${Settings} key=${`settings ${account}`} path=${`${portal.accounts}/${encodeURIComponent(account)}`} settings=${settings} settingsOf=${portal.settingsOf} noun=${portal.noun} kept=${portal.kept} />`
			: html`<div class="empty"><h2>No ${portal.noun} is called ${account}</h2><p>${titleOf(vendor)} has ${names.join(", ")}. Choose one, or create a new one above.</p></div>`}`;
}
