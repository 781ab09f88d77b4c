// Bodies of requests and answers, which may hold any bytes.

// A body's size above which it is not looked into for people: 4 MiB.
const mostLookedInto = 4 << 20;

// textOf is a body as text: {text, binary, size}. Of one that is not UTF-8 the
// text has a mark for each byte that is none.
export function textOf({ body = "", bodyBase64 } = {}) {
	if (!bodyBase64) {
		return { text: body, binary: false, size: new Blob([body]).size };
	}
	const bytes = Uint8Array.from(atob(bodyBase64), (character) => character.charCodeAt(0));
	return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), binary: true, size: bytes.length };
}

// lookedInto is whether a text is short enough to be parsed while one waits.
export const lookedInto = (text) => text.length <= mostLookedInto;

// sameBody is whether two requests or answers have the same bytes in them.
export const sameBody = (one = {}, other = {}) =>
	(one.body ?? "") === (other.body ?? "") && (one.bodyBase64 ?? "") === (other.bodyBase64 ?? "");

// sizeOf is a number of bytes in words.
export function sizeOf(bytes) {
	if (bytes < 1024) {
		return bytes === 1 ? "1 byte" : `${bytes} bytes`;
	}
	return bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

// headerLines are headers as lines, in alphabetical order.
export const headerLines = (headers) => Object.entries(headers ?? {})
	.toSorted(([a], [b]) => (a < b ? -1 : 1))
	.flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
