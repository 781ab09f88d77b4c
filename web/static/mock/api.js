// The control API, which is all that the page knows of the mock.

const prefix = "/_mock/v1";

// Problem is an answer that is no success: RFC 9457, or no answer at all, whose
// status is 0.
export class Problem extends Error {
	constructor(status, { title, detail, errors } = {}) {
		super(detail || title || `the mock answers ${status}`);
		this.status = status;
		this.errors = errors ?? []; // {location, message, value}
	}

	// at lists what is wrong with the member of the request's body that is called
	// so, and with what is inside it.
	at(member) {
		const place = `body.${member}`;
		return this.errors.filter(({ location = "" }) =>
			location === place || location.startsWith(`${place}.`) || location.startsWith(`${place}[`));
	}

	// elsewhere lists what is wrong with none of these members.
	elsewhere(members) {
		const placed = members.flatMap((member) => this.at(member));
		return this.errors.filter((error) => !placed.includes(error));
	}
}

// forPeople is what a Problem, or one of its errors, says without the call that it
// gives as advice: the page has links and buttons instead.
export const forPeople = ({ message }) => message.replace(/; [A-Z]+ \/_mock\/.*$/, "");

// call makes one request. A path that begins with / is one of the whole mock,
// any other one of the control API. The answer's JSON is returned, or its text
// when it is something else; a Problem is thrown.
async function call(method, path, { body, type = "application/json", accept = "application/json", signal } = {}) {
	const headers = { Accept: accept };
	if (body !== undefined) {
		headers["Content-Type"] = type;
	}
	let answer, text;
	try {
		answer = await fetch(path.startsWith("/") ? path : `${prefix}/${path}`, {
			method, headers, signal, cache: "no-store",
			body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
		});
		text = await answer.text();
	} catch (error) {
		if (error.name === "AbortError") {
			throw error;
		}
		throw new Problem(0, { detail: "the mock does not answer" });
	}
	const isJSON = /[/+]json\b/.test(answer.headers.get("Content-Type") ?? "");
	const value = isJSON && text !== "" ? parsed(text, answer.status) : text;
	if (!answer.ok) {
		throw new Problem(answer.status, isJSON ? value : { detail: text.trim().slice(0, 200) });
	}
	return value;
}

function parsed(text, status) {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new Problem(status, { detail: `the mock answers ${status} with what is no JSON: ${error.message}` });
	}
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { body, ...options });
export const put = (path, body, options) => call("PUT", path, { body, ...options });
export const remove = (path, options) => call("DELETE", path, options);

// address is where a path of the control API is, for people to copy.
export const address = (path) => `${location.origin}${prefix}/${path}`;

// query is the query of a path, without what is empty: "" or "?a=1".
export function query(members) {
	const text = new URLSearchParams(Object.entries(members).filter(([, value]) => value !== "" && value != null)).toString();
	return text && `?${text}`;
}
