// Where one is in the page: the part of the address after #, so that every view
// has a link, and the mock serves one file for all of them.
import { signal } from "./ui.js";
import { query } from "./mock/api.js";

let read; // the part of the address that route was read from

// route is {path: ["deliveries", "dlv_..."], query: {...}}.
export const route = signal(parse());

function parse() {
	read = location.hash;
	const [path, text = ""] = read.replace(/^#\/?/, "").split("?");
	return {
		path: path.split("/").filter(Boolean).map(decoded),
		query: Object.fromEntries(new URLSearchParams(text)),
	};
}

function decoded(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment; // typed by hand
	}
}

// to is the address of a view: to("deliveries", id, {attempt: 2}). Members of the
// query that are empty are left out.
export function to(...segments) {
	const members = typeof segments.at(-1) === "object" ? segments.pop() : {};
	return `#/${segments.map(encodeURIComponent).join("/")}${query(members)}`;
}

// go opens a view; replace leaves no trace in the browser's history. It returns
// whether it did: of who has just gone elsewhere nothing is replaced.
export function go(address, { replace = false } = {}) {
	if (!replace) {
		location.hash = address;
		return true;
	}
	if (location.hash !== read) {
		return false; // the browser is about to say so
	}
	history.replaceState(null, "", address);
	route.value = parse();
	return true;
}

addEventListener("hashchange", () => (route.value = parse()));
