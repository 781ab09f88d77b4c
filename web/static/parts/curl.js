// Requests as commands that people paste into a shell.

// quoted is a text that a POSIX shell takes as it is.
export const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

// literally is what keeps cURL from reading brackets and braces in a URL as many
// URLs, and from taking dots out of its path.
const literally = (url) => (/[[\]{}]/.test(url) ? "--globoff " : "") + (/\/(\.|%2e){1,2}([/?]|$)/i.test(url) ? "--path-as-is " : "");

// curlOf is a request as a cURL command. Headers is an object of lists, as in an
// attempt.
export function curlOf({ method = "GET", url, headers = {}, body }) {
	const parts = [`curl ${literally(url)}-X ${method} ${quoted(url)}`];
	for (const [name, values] of Object.entries(headers)) {
		for (const value of [values].flat()) {
			// A header without a value is sent when it ends with a semicolon.
			parts.push(`-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`);
		}
	}
	if (body !== undefined && body !== "") {
		if (!Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) {
			parts.push("-H 'Content-Type:'"); // or curl says that it is a form
		}
		parts.push(`--data-raw ${quoted(body)}`);
	}
	return parts.join(" \\\n  ");
}
