// How runs are started.
import { go, to } from "../../route.js";
import { post } from "../../mock/api.js";
import { receiverOf } from "../../mock/facts.js";
import { withSeed } from "../../mock/seed.js";

// receivers are whom a scenario can be told to: as the query's member "at" and in
// words.
export const receivers = [
	["", "the webhook that is set"],
	["built-in", "the built-in receiver"],
	["other", "another address"],
];

// start runs a scenario and opens the run. Vars are texts by their names. Seed is
// a text too: it may be larger than what JavaScript counts exactly.
export async function start(name, { at, url, account, vars = {}, seed = "" } = {}) {
	const receiver = at === "built-in" ? receiverOf(account) : at === "other" ? url ?? "" : undefined;
	const body = { vars: receiver === undefined ? vars : { ...vars, url: receiver } };
	if (account) {
		body.account = account;
	}
	const digits = seed.trim();
	const run = await post(`scenarios/${encodeURIComponent(name)}/runs`, digits === "" ? body : withSeed(body, digits));
	go(to("runs", run.id));
}

// linked is the query of a scenario's form that starts what start would.
export function linked({ at, url, account, vars = {}, seed }) {
	return { at, url, account, seed, ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [`var.${name}`, value])) };
}

// asked is what such a query asks for.
export function asked({ at, url, account, seed, ...rest }) {
	const vars = Object.entries(rest).filter(([member, value]) => member.startsWith("var.") && value !== "");
	return { at, url, account, seed, vars: Object.fromEntries(vars.map(([member, value]) => [member.slice(4), value])) };
}
