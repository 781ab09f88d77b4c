// Values as YAML, in the block style that scenarios are written in.

// step is a trigger and its seed as a step of a scenario. Texts of a scenario may
// speak of variables, so a dollar sign of the value's own stands twice.
export const step = (trigger, seed) => `- trigger:${lines(doubled(trigger), 4)}\n    seed: ${/^\d+$/.test(seed) ? seed : scalar(seed)}\n`;

function doubled(value) {
	switch (true) {
	case typeof value === "string":
		return value.replaceAll("$", "$$$$");
	case Array.isArray(value):
		return value.map(doubled);
	case typeof value === "object" && value !== null:
		return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, doubled(member)]));
	default:
		return value;
	}
}

// lines is what stands after "name:" or "-" at this depth: a space and a scalar,
// or lines of their own.
function lines(value, depth) {
	const indent = `\n${" ".repeat(depth)}`;
	if (Array.isArray(value) && value.length > 0) {
		return value.map((item) => `${indent}-${inner(item, depth)}`).join("");
	}
	if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
		return Object.entries(value).map(([name, member]) => `${indent}${scalar(name)}:${lines(member, depth + 2)}`).join("");
	}
	return ` ${scalar(value)}`;
}

// inner is an item of a list: what would begin on a line of its own begins
// beside the hyphen.
const inner = (item, depth) => lines(item, depth + 2).replace(/^\n */, " ");

// A text that YAML takes for nothing else, and that needs no quotes.
const plain = /^[A-Za-z_](?:[\w ./-]*[\w./-])?$/;
const word = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value) {
	if (typeof value !== "string") {
		return JSON.stringify(value);
	}
	if (plain.test(value) && !word.test(value)) {
		return value;
	}
	// YAML reads what JSON quotes, but for what it does not count as printable.
	return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
