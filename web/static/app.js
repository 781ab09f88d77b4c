// The page: a shell around the views.
import { computed, html, render, useEffect, useRef, useState } from "./ui.js";
import { route, to, go } from "./route.js";
import { useKeys } from "./keyboard.js";
import { deliveries, deliveryOf } from "./mock/deliveries.js";
import { follow, link } from "./mock/feed.js";
import { version } from "./mock/facts.js";
import { Help } from "./parts/help.js";
import { Notices } from "./parts/notice.js";
import { ClockFace } from "./views/clock/face.js";
import { ClockView } from "./views/clock/clock.js";
import { DeliveriesView } from "./views/deliveries/deliveries.js";
import { startSearch } from "./views/deliveries/filters.js";
import { KeysView } from "./views/keys/keys.js";
import { unnamed } from "./views/scenarios/address.js";
import { RunView } from "./views/scenarios/run.js";
import { ScenariosView } from "./views/scenarios/scenarios.js";
import { TriggerView } from "./views/trigger/trigger.js";
import { WebhooksView } from "./views/webhooks/webhooks.js";

const deliveryTitle = (id) => `${deliveries.value && deliveryOf(id)?.event || "delivery"} …${id.slice(-6)}`;

// The views by the first segment of their route. Those with a title are in the
// navigation. One is what the browser calls what the second segment names.
const views = {
	deliveries: { title: "Deliveries", view: DeliveriesView, one: deliveryTitle },
	trigger: { title: "Trigger", view: TriggerView },
	webhooks: { title: "Webhooks", view: WebhooksView },
	scenarios: { title: "Scenarios", view: ScenariosView, one: (name) => (name === unnamed ? "New scenario" : name) },
	runs: { view: RunView, under: "scenarios", one: (id) => `Run …${id.slice(-6)}` },
	clock: { title: "Clock", view: ClockView },
	keys: { title: "Keys", view: KeysView },
};

const home = "deliveries";

// tab is what the browser calls what is open, so that many tabs can be told apart.
const tab = computed(() => {
	const { path: [name = home, id] } = route.value;
	const { title, one } = views[name] ?? {};
	return [id && one?.(id), title, "kycmock"].filter(Boolean).join(" · ");
});

function App() {
	const [helping, setHelping] = useState(false);
	const { path: [name = home, ...rest], query } = route.value;
	const { view: View = NotFound, under = name } = views[name] ?? {};
	useKeys({
		"/": startSearch,
		"t": () => go(to("trigger")),
		"?": () => setHelping(true),
	}, { everywhere: true });
	const main = useRef();
	const first = useRef(true);
	useEffect(() => {
		document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
		if (!first.current && !main.current.contains(document.activeElement)) {
			main.current.focus({ preventScroll: true }); // as after a page of its own was loaded
		}
		first.current = false;
	}, [name]);
	return html`
		<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>Skip to the content</a>
		<header class="bar">
			<a class="brand" href=${to(home)}>kycmock</a>
			<nav aria-label="Views">
				${Object.entries(views).filter(([, { title }]) => title).map(([key, { title }]) => html`<a key=${key} href=${to(key)} aria-current=${key === under ? "page" : undefined}>${title}</a>`)}
			</nav>
			<span class="end">
				<${Link} />
				<${ClockFace} />
				<button type="button" class="quiet" aria-label="Help: the keys" title="Keys (?)" onClick=${() => setHelping(true)}>?</button>
			</span>
		</header>
		<main id="main" tabindex="-1" ref=${main}><${View} key=${name} path=${rest} query=${query} /></main>
		<${Notices} />
		<${Help} open=${helping} onClose=${() => setHelping(false)} />`;
}

const words = { connecting: "connecting", live: "live", lost: "reconnecting" };

// Link says whether the page hears from the mock.
function Link() {
	const state = link.value;
	return html`<span class=${`link ${state}`} role="status" title=${state === "lost" ? "The mock does not answer; the page tries again by itself" : version.value.version}>${words[state]}</span>`;
}

const NotFound = () => html`<section class="empty"><h1>Nothing here</h1><p>The page has no such view. <a href=${to(home)}>The deliveries</a> are where it begins.</p></section>`;

render(html`<${App} />`, document.body);
tab.subscribe((words) => (document.title = words));
follow();
