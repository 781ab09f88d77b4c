// JSON as people type it: read with the line of the first mistake.

// parsed reads JSON: {value}, or {wrong: {line, column, message}}. It is
// stricter than the browser's reader: members that stand twice and numbers that
// the page could not write again as they are would be lost without a word.
export function parsed(text) {
	const reader = { text, at: 0 };
	try {
		const value = valueOf(reader);
		peek(reader) === "" || stop(reader, "want the end here");
		return { value };
	} catch (error) {
		if (!(error instanceof Mistake)) {
			throw error;
		}
		const before = text.slice(0, error.at).split("\n");
		return { wrong: { line: before.length, column: before.at(-1).length + 1, message: error.message } };
	}
}

// said is a mistake as a sentence.
export const said = ({ line, column, message }) => `Line ${line}, column ${column}: ${message}`;

class Mistake extends Error {
	constructor(at, message) {
		super(message);
		this.at = at;
	}
}

function stop({ at }, message) {
	throw new Mistake(at, message);
}

// peek is the next character that is no white space, or "" at the end.
function peek(reader) {
	while (" \t\r\n".includes(reader.text[reader.at] ?? "?")) {
		reader.at++;
	}
	return reader.text[reader.at] ?? "";
}

function valueOf(reader) {
	switch (peek(reader)) {
	case "{":
		return objectOf(reader);
	case "[":
		return arrayOf(reader);
	case '"':
		return textOf(reader);
	default:
		return literalOf(reader);
	}
}

function objectOf(reader) {
	const object = Object.create(null); // so that any name is a member like others
	list(reader, "}", () => {
		peek(reader) === '"' || stop(reader, "want a member's name in double quotes");
		const at = reader.at;
		const name = textOf(reader);
		name in object && stop({ at }, `there is another member ${JSON.stringify(name)}`);
		peek(reader) === ":" || stop(reader, "want a colon");
		reader.at++;
		object[name] = valueOf(reader);
	});
	return object;
}

function arrayOf(reader) {
	const array = [];
	list(reader, "]", () => array.push(valueOf(reader)));
	return array;
}

// list reads items with commas between them, up to its end.
function list(reader, end, item) {
	reader.at++;
	if (peek(reader) === end) {
		reader.at++;
		return;
	}
	for (;;) {
		item();
		const next = peek(reader);
		next === "," || next === end || stop(reader, `want a comma or ${end}`);
		reader.at++;
		if (next === end) {
			return;
		}
	}
}

function textOf(reader) {
	const [token] = match(reader, /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y) ?? stop(reader, "want a text that ends on its line, with \\ before \" and \\");
	return JSON.parse(token);
}

function literalOf(reader) {
	const at = reader.at;
	const [token] = match(reader, /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y) ?? stop(reader, "want a value");
	const value = JSON.parse(token);
	if (typeof value === "number" && (!Number.isFinite(value) || Number.isInteger(value) && !Number.isSafeInteger(value))) {
		stop({ at }, "this number is too large to be kept exactly");
	}
	return value;
}

function match(reader, pattern) {
	pattern.lastIndex = reader.at;
	const found = pattern.exec(reader.text);
	if (found) {
		reader.at = pattern.lastIndex;
	}
	return found;
}
