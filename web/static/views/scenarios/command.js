// The command that repeats a run, which holds what the run was given: its result
// has the variables alone, among them those that nobody gave.
import { receiverOf } from "../../mock/facts.js";

// givenOf is what a run was given, as start takes it, read from its command.
export function givenOf({ command }) {
	const words = wordsOf(command);
	const given = { vars: {} };
	words.forEach((word, i) => {
		const value = words[i + 1];
		switch (word) {
		case "--seed":
			given.seed = value;
			break;
		case "--account":
			given.account = value;
			break;
		case "--url":
			given.url = value;
			break;
		case "--var": {
			const at = value.indexOf("=");
			given.vars[value.slice(0, at)] = value.slice(at + 1);
		}
		}
	});
	if (given.url !== undefined) {
		given.at = given.url === receiverOf(given.account) ? "built-in" : "other";
	}
	return given;
}

// wordsOf are the words of a command for a POSIX shell, as the mock quotes them:
// plain, or in single quotes with '\'' for one of those.
const wordsOf = (command) => (command.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? []).map((word) =>
	word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped));
