// What somebody is about to trigger, as the form holds it, and the request made
// from it.
import { signal } from "../../ui.js";
import { to } from "../../route.js";

// kept is the draft, also while another view is open; undefined before the first:
// {provider, event, account, session, seed, drawn, data, faults, edits}. Texts
// are as they were typed. Drawn is the seed when none is typed. Data is what the
// vendor is told, undefined for nothing. Edits are those of the payload:
// undefined, or {base, text} with the payload that they were made in. Astray is
// what a link has asked for in vain, in words.
export const kept = signal();

// begun is a draft for an event, or for the first one of the first vendor, with
// the event's example.
export function begun(profiles, { provider, event, ...rest } = {}) {
	const profile = profiles.find(({ name }) => name === provider) ?? profiles[0];
	const chosen = profile.events.find(({ name }) => name === event) ?? profile.events[0];
	return {
		account: "", session: "", seed: "", faults: [], drawn: draw(), ...rest,
		provider: profile.name, event: chosen?.name ?? "", data: chosen?.example ?? undefined, edits: undefined,
	};
}

// draw is a seed that JSON and this page hold exactly.
export const draw = () => `${crypto.getRandomValues(new Uint32Array(1))[0]}`;

let count = 0;

// chosenFault is a fault of the catalogue in a draft: {key, name, params, on,
// attempts, probability}, all but the key as they are typed.
export function chosenFault(fault) {
	const { name, params = {}, on = "all", probability = "" } = typeof fault === "string" ? { name: fault } : fault;
	const listed = Array.isArray(on);
	return {
		key: ++count, name, probability: `${probability}`,
		params: Object.fromEntries(Object.entries(params).map(([param, value]) => [param, `${value}`])),
		on: listed ? "list" : on, attempts: listed ? on.join(", ") : "",
	};
}

// faultOf is a chosen fault as the API takes it. What cannot be what it should is
// left as it was typed: the mock says what is wrong with it.
function faultOf({ name, params, on, attempts, probability }, catalogue) {
	const types = Object.fromEntries((catalogue.find((row) => row.name === name)?.params ?? []).map((param) => [param.name, param.type]));
	const given = Object.entries(params).filter(([, text]) => text !== "");
	const fault = { name };
	if (given.length > 0) {
		fault.params = Object.fromEntries(given.map(([param, text]) => [param, ["integer", "size"].includes(types[param]) ? numberOr(text) : text]));
	}
	if (on !== "all") {
		fault.on = on === "list" ? attempts.split(/[\s,]+/).filter(Boolean).map(numberOr) : on;
	}
	if (probability !== "") {
		fault.probability = numberOr(probability);
	}
	return Object.keys(fault).length === 1 ? name : fault;
}

// numberOr is the number that a text is, or the text: also of an integer that
// JavaScript does not hold exactly.
export function numberOr(text) {
	const number = Number(text);
	const exact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
	return exact && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? number : text;
}

// triggerOf is the request without its seed, which may be larger than what
// JavaScript counts exactly. Empty members are left out.
export function triggerOf({ provider, event, account, session, data, faults }, catalogue, patch = []) {
	const trigger = { provider, event };
	const members = { account, session, data, patch, faults: faults.map((fault) => faultOf(fault, catalogue)) };
	for (const [name, value] of Object.entries(members)) {
		if (value !== "" && value !== undefined && value.length !== 0) {
			trigger[name] = value;
		}
	}
	return trigger;
}

// seedOf is the seed that a draft is sent with, as digits, unless something else
// was typed.
export const seedOf = ({ seed, drawn }) => seed.trim() || drawn;

// webhooksOf is where the webhooks of a draft's account are.
export const webhooksOf = ({ provider, account }) => to("webhooks", provider, account || "default");

// linked is the query of a link to a draft.
export function linked({ provider, event, account, faults }, catalogue) {
	const made = faults.map((fault) => faultOf(fault, catalogue));
	const names = made.every((fault) => typeof fault === "string");
	const query = { provider, event, account, faults: names ? made.join(",") : JSON.stringify(made) };
	return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
}

// fromLink is the draft of such a query.
export function fromLink({ provider, event, account = "", faults = "" }, profiles) {
	return { ...begun(profiles, { provider, event, account, faults: listed(faults).map(chosenFault) }), astray: astray({ provider, event }, profiles) };
}

function astray({ provider, event }, profiles) {
	const profile = provider ? profiles.find(({ name }) => name === provider) : profiles[0];
	if (!profile) {
		return `no vendor is called ${provider}`;
	}
	return event && !profile.events.some(({ name }) => name === event) ? `${profile.title} has no event called ${event}` : undefined;
}

function listed(text) {
	try {
		const given = text.startsWith("[") ? JSON.parse(text) : text.split(",");
		return given.filter((fault) => fault && (typeof fault === "string" || typeof fault.name === "string"));
	} catch {
		return []; // typed by hand
	}
}
