// Signed tokens, found in whatever was sent and taken apart without judging
// them: what they are worth only the mock can say.

// tokenIn finds the compact JWS that a body is, or that a member of its JSON is:
// {name, text, parts, header, claims}. Header and claims are JSON texts, null
// when they cannot be read. There may be two parts, or a signature that is none.
export function tokenIn(body) {
	const whole = apart(body.trim(), "");
	if (whole) {
		return whole;
	}
	try {
		return within(JSON.parse(body.replace(/^\ufeff/, "")), "");
	} catch {
		return null;
	}
}

function within(value, name) {
	if (typeof value === "string") {
		return apart(value, name);
	}
	if (value === null || typeof value !== "object") {
		return null;
	}
	for (const [key, member] of Object.entries(value)) {
		const found = within(member, name ? `${name}.${key}` : key);
		if (found) {
			return found;
		}
	}
	return null;
}

function apart(text, name) {
	if (!/^[\w-]+=*\.[^.\s]*(\.[^.\s]*)?$/.test(text)) {
		return null;
	}
	const parts = text.split(".");
	const header = objectIn(parts[0]);
	if (header === null || !("alg" in JSON.parse(header) || "typ" in JSON.parse(header))) {
		return null;
	}
	return { name, text, parts, header, claims: objectIn(parts[1]) };
}

// objectIn is the JSON object that a part of a token holds, as text.
function objectIn(part) {
	try {
		const text = decoded(part);
		const value = JSON.parse(text);
		return value !== null && typeof value === "object" && !Array.isArray(value) ? text : null;
	} catch {
		return null;
	}
}

function decoded(part) {
	const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
	return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

// Claims that are times, in seconds since 1970, and what people say of one that
// is behind and one that is ahead.
const told = {
	iat: ["issued", "issued"],
	nbf: ["valid since", "valid"],
	exp: ["expired", "expires"],
};

// timesIn lists the times that claims tell: {name, value, at, behind, ahead}. At
// is null for what is no number of seconds.
export function timesIn(claims) {
	const members = JSON.parse(claims ?? "{}");
	return Object.keys(told).filter((name) => name in members).map((name) => {
		const value = members[name];
		const at = typeof value === "number" && Math.abs(value) < 8.64e12 ? value * 1000 : null;
		return { name, value, at, behind: told[name][0], ahead: told[name][1] };
	});
}
