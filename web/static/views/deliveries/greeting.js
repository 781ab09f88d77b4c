// What an empty mock says: how the first webhook comes about.
import { html } from "../../ui.js";
import { go, to } from "../../route.js";
import { get, post, put } from "../../mock/api.js";
import { providers, receiverOf } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Action } from "../../parts/action.js";
import { Code } from "../../parts/code.js";
import { commandsOf, firsts } from "./firsts.js";

// Greeting keeps whose webhook it is about, and what types the commands, in the
// address.
export function Greeting({ query: { vendor, by } }) {
	const first = firsts.find(({ provider }) => provider === vendor) ?? firsts[0];
	const tool = tools.find(({ name }) => name === by) ?? tools[0];
	const choose = (change) => go(to("deliveries", { vendor, by, ...change }), { replace: true });
	const receiver = receiverOf();
	const setup = useResource("setup", { changes: ({ kind }) => kind.endsWith(".webhook") });
	const saved = setup.data && first.saved(setup.data);
	return html`<section class="page greeting">
		<div class="welcome">
			<h1>Your first webhook</h1>
			<p>This mock plays the identity vendors ${providers.value.map(({ title }) => title).join(" and ") || "that you use"} as senders of webhooks: it invents people, signs their results, and retries by each vendor's own plan.
			This page shows each attempt, what your receiver answered, and when the next one comes.</p>
		</div>
		<div class="buttons">
			<${Choices} label="Vendor" chosen=${first.provider} choices=${firsts.map(({ provider, title }) => [provider, title])} choose=${(provider) => choose({ vendor: provider })} />
		</div>
		<div class="card start">
			<div>
				<h2>See one now</h2>
				<p class="muted">${first.story} ${saved ? "It goes to your webhook at" : "It goes to the receiver that is built in, at"} <code>${saved?.url ?? receiver}</code>.</p>
			</div>
			<${Action} kind="primary" run=${() => send(first, receiver)}>Send the first webhook<//>
		</div>
		<div class="card">
			<div class="head">
				<h2>Or from a terminal</h2>
				<${Choices} label="Commands" chosen=${tool.name} choices=${tools.map(({ name, title }) => [name, title])} choose=${(name) => choose({ by: name })} />
			</div>
			<p class="muted">Put your own receiver's address into the first command, or take it as it stands. What arrives shows here at once.</p>
			<ol class="steps">
				${commandsOf(first, tool.name, { mock: location.origin, receiver }).map(({ what, command }, i) => html`<li key=${what}><${Code} label=${`${i + 1}. ${what}`} text=${command} /></li>`)}
			</ol>
		</div>
		<p class="muted">Or fill in <a href=${to("trigger")}>any event</a>, say where <a href=${to("webhooks")}>webhooks</a> go, or tell a <a href=${to("scenarios")}>scenario</a>. What this page does, scripts can do too, by the <a href="/_mock/v1/openapi.yaml">control API</a>.</p>
	</section>`;
}

const tools = [{ name: "curl", title: "curl" }, { name: "kycmock", title: "kycmock" }];

// send saves the webhook where none is set, has somebody finish a session, and
// opens what is sent then.
async function send({ provider, event, webhook, config, saved }, receiver) {
	if (!saved(await get("setup"))) {
		await put(webhook, config(receiver));
	}
	const { deliveries: [begun] } = await post("triggers", { provider, event });
	go(to("deliveries", begun.id));
}

// Choices are a few buttons of which one is pressed.
function Choices({ label, chosen, choices, choose }) {
	return html`<div class="choices" role="group" aria-label=${label}>
		${choices.map(([name, text]) => html`<button key=${name} type="button" aria-pressed=${name === chosen} onClick=${() => choose(name)}>${text}</button>`)}
	</div>`;
}
