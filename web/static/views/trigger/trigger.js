// Trigger: a form made from the vendors' profiles and the fault catalogue. It
// names no vendor: another one is there as soon as the mock plays it.
import { html, useEffect, useRef, useState } from "../../ui.js";
import { useKeys } from "../../keyboard.js";
import { go, route, to } from "../../route.js";
import { forPeople, post } from "../../mock/api.js";
import { deliveries } from "../../mock/deliveries.js";
import { withSeed } from "../../mock/seed.js";
import { faults as catalogue, providers } from "../../mock/facts.js";
import { counted } from "../../parts/attempts.js";
import { useAction } from "../../parts/action.js";
import { SelectField, TextField, Wrong } from "../../parts/field.js";
import { Commands } from "./commands.js";
import { useContent } from "./content.js";
import { Data } from "./data.js";
import { Destinations } from "./destinations.js";
import { begun, draw, fromLink, kept, linked, seedOf, triggerOf, webhooksOf } from "./draft.js";
import { Faults } from "./faults.js";
import { Outcomes } from "./outcome.js";
import { Payload } from "./payload.js";

// TriggerView begins with the draft that the query links to, or else with the
// last one; anew when the mock plays other vendors than before.
export const TriggerView = ({ query }) => providers.value.length > 0
	? html`<${Form} key=${providers.value.map(({ name }) => name).join()} profiles=${providers.value} query=${query} />`
	: html`<section class="page"><h1>Trigger</h1><p class="muted">…</p></section>`;

const placed = ["provider", "event", "account", "session", "seed", "data", "faults", "patch"];

function Form({ profiles, query }) {
	const form = useRef();
	const draft = useDraft(profiles, query);
	const profile = profiles.find(({ name }) => name === draft.provider);
	const event = profile.events.find(({ name }) => name === draft.event) ?? { name: draft.event, summary: "" };
	const seed = seedOf(draft);
	const setEdits = (edits) => (kept.value = { ...kept.peek(), edits });
	const content = useContent(`${draft.provider} ${draft.event}`, profile.preview ? withSeed(triggerOf(draft, catalogue.value), seed) : undefined, draft.edits, setEdits);
	const trigger = triggerOf(draft, catalogue.value, content.patch);
	const { send, busy, outcomes, refused, forgive } = useSending(form, withSeed(trigger, seed));
	const change = (members) => {
		forgive();
		kept.value = { ...kept.peek(), ...members, astray: undefined };
	};
	const last = outcomes[0];
	const again = last?.provider === draft.provider && last.event === draft.event;
	const problem = refused ?? content.problem;
	const wrongAt = (member) => problem?.at(member) ?? [];
	useFocus(form);

	// No button submits it: an Enter in one of its many fields is not to send it.
	return html`<form class="page trigger" ref=${form} onSubmit=${(event) => event.preventDefault()}>
		<div class="head sending">
			<h1>Trigger</h1>
			<span class="sr" role="status">${outcomes.length > 0 && `Triggered, ${counted(outcomes[0].key, "time")}. What it led to is listed.`}</span>
			<span class="muted keys-hint"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span>
			<button type="button" class="primary" onClick=${send} aria-busy=${busy} aria-keyshortcuts="Control+Enter Meta+Enter">Trigger ${draft.event}${again && " again"}</button>
		</div>
		${draft.astray && html`<p class="notice warn astray" role="status">The link cannot be followed: ${draft.astray}. Below is ${profile.title} ${draft.event} instead.</p>`}
		${refused && html`<div class="refused"><${Refused} problem=${refused} ...${draft} /></div>`}
		${outcomes.length > 0 && html`<${Outcomes} outcomes=${outcomes} />`}
		<div class="asked">
			<section class="card" aria-labelledby="trigger-event">
				<h2 id="trigger-event">Event</h2>
				<${Basics} ...${{ profiles, profile, event, draft, change, wrongAt }} />
				<${Destinations} content=${content} all=${webhooksOf(draft)} />
			</section>
			<${Data} key=${`${draft.provider} ${draft.event}`} event=${event} data=${draft.data} onData=${(data) => change({ data })} problem=${problem} />
			<${Faults} catalogue=${catalogue.value} vendor=${draft.provider} faults=${draft.faults} onFaults=${(faults) => change({ faults })} problem=${problem} />
		</div>
		<div class="made">
			<${Payload} webhooks=${webhooksOf(draft)} shown=${profile.preview} content=${content} edits=${draft.edits} setEdits=${(edits) => change({ edits })} problem=${problem} />
			<${Commands} trigger=${trigger} seed=${seed} />
		</div>
	</form>`;
}

// Refused says why a request was. A conflict is about what the mock holds, which
// webhooks are part of.
function Refused({ problem, ...draft }) {
	if (problem.status !== 409 || problem.errors.length > 0) {
		return html`<${Wrong} problem=${problem} fields=${placed} />`;
	}
	return html`<div class="notice wrong" role="alert"><p>${forPeople(problem)}. <a href=${webhooksOf(draft)}>See the webhooks</a></p></div>`;
}

// Basics are the fields that every vendor's events have.
function Basics({ profiles, profile, event, draft, change, wrongAt }) {
	const seen = deliveries.value.filter(({ provider }) => provider === profile.name).map(({ account }) => account);
	const accounts = [...new Set([...profile.accounts ?? [], ...seen])].sort();
	const another = (chosen) => change(begun(profiles, { ...draft, faults: chosen.provider === profile.name ? draft.faults : [], ...chosen }));
	return html`<div class="fields">
		<${SelectField} label="Vendor" value=${draft.provider} errors=${wrongAt("provider")} options=${profiles.map(({ name, title }) => [name, title])}
			onValue=${(provider) => another({ provider, event: "", account: "", session: "" })} />
		<${SelectField} label="Event" value=${draft.event} errors=${wrongAt("event")} options=${profile.events.map(({ name }) => name)} hint=${event.summary}
			onValue=${(name) => another({ provider: profile.name, event: name })} />
		<${TextField} label="Account" value=${draft.account} errors=${wrongAt("account")} placeholder="default" list="trigger-accounts" onValue=${(account) => change({ account })} />
		<datalist id="trigger-accounts">${accounts.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
		<${TextField} label="Session" value=${draft.session} errors=${wrongAt("session")} placeholder="a new one" hint="the ID that it will get" onValue=${(session) => change({ session })} />
		<${TextField} label="Seed" value=${draft.seed} errors=${wrongAt("seed")} inputmode="numeric" placeholder=${draft.drawn} hint="decides what is invented; a new one each time unless you set it" onValue=${(seed) => change({ seed })} />
	</div>`;
}

// useDraft keeps the draft and the address in step.
function useDraft(profiles, query) {
	const asked = JSON.stringify(query);
	const known = useRef();
	if (known.current === undefined) { // before anything is drawn
		known.current = asked;
		const same = kept.peek() && profiles.some(({ name }) => name === kept.peek().provider) && (asked === "{}" || asked === JSON.stringify(linked(kept.peek(), catalogue.value)));
		if (!same) {
			kept.value = fromLink(query, profiles);
		}
	}
	const draft = kept.value;
	const link = JSON.stringify(linked(draft, catalogue.value));
	useEffect(() => {
		const { path, query: there } = route.peek();
		if (path[0] !== "trigger" || JSON.stringify(there) !== asked) {
			return; // somebody has gone elsewhere just now, for which this is called again
		}
		if (asked !== known.current && asked !== "{}") {
			kept.value = fromLink(query, profiles);
		}
		const now = linked(kept.peek(), catalogue.peek());
		const written = JSON.stringify(now) !== asked && go(to("trigger", now), { replace: true });
		known.current = written ? JSON.stringify(now) : asked;
	}, [asked, link]);
	return draft;
}

const most = 5; // outcomes that are shown

// useSending sends a request, unless a field holds what cannot be read, and keeps
// what came of it.
function useSending(form, request) {
	const [outcomes, setOutcomes] = useState([]);
	const [refused, setRefused] = useState();
	const [act, busy] = useAction(async () => {
		const sent = kept.peek();
		const outcome = await post("triggers", request);
		setRefused(undefined);
		setOutcomes((was) => [{ key: (was[0]?.key ?? 0) + 1, provider: sent.provider, event: sent.event, webhooks: webhooksOf(sent), ...outcome }, ...was].slice(0, most));
		kept.value = { ...kept.peek(), drawn: draw() };
	}, { failed: setRefused });
	const send = () => {
		const unread = form.current.querySelector("[data-unread]");
		if (unread) {
			unread.focus();
		} else if (!busy) {
			act();
		}
	};

	const latest = useRef(send);
	latest.current = send;
	useEffect(() => {
		const hear = (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat && !document.querySelector("dialog[open]")) {
				event.preventDefault();
				latest.current();
			}
		};
		addEventListener("keydown", hear);
		return () => removeEventListener("keydown", hear);
	}, []);
	useEffect(() => {
		const wrong = refused && form.current.querySelector("[aria-invalid=true]");
		wrong?.focus();
		(wrong ?? form.current.querySelector(refused ? ".refused" : ".outcomes"))?.scrollIntoView({ block: "nearest" });
	}, [refused, outcomes]);
	return { send, busy, outcomes, refused, forgive: () => setRefused(undefined) };
}

// useFocus has the first field in focus when the view opens, and when somebody
// asks for it again.
function useFocus(form) {
	const focus = () => form.current?.querySelector("select, input, textarea").focus();
	useKeys({ "t": focus });
	useEffect(() => queueMicrotask(focus), []); // after the shell has moved it to the view
}
