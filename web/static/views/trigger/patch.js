// The difference between two JSON values as an RFC 6902 patch.

// isObject is whether a value has members by name.
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// difference is the patch that makes after of before: member by member, and item
// by item where an array keeps its length. Path is where both stand.
export function difference(before, after, path = "") {
	if (isObject(before) && isObject(after)) {
		return members(before, after, path);
	}
	if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
		return before.flatMap((item, i) => difference(item, after[i], `${path}/${i}`));
	}
	return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ op: "replace", path, value: after }];
}

function members(before, after, path) {
	const at = (name) => `${path}/${escaped(name)}`;
	return [
		...Object.keys(before).filter((name) => !Object.hasOwn(after, name)).map((name) => ({ op: "remove", path: at(name) })),
		...Object.keys(after).flatMap((name) => Object.hasOwn(before, name)
			? difference(before[name], after[name], at(name))
			: [{ op: "add", path: at(name), value: after[name] }]),
	];
}

const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");

const unescaped = (name) => name.replaceAll("~1", "/").replaceAll("~0", "~");

// applied is a copy of a value with a patch of difference's applied, as far as
// it fits: {value, unfit} with the operations that do not.
export function applied(before, patch) {
	const value = structuredClone(before);
	const unfit = patch.filter((operation) => !apply(value, operation));
	return { value, unfit };
}

function apply(root, { op, path, value }) {
	const names = path.split("/").slice(1).map(unescaped);
	const last = names.pop();
	const parent = names.reduce((at, name) => (has(at, name) ? at[name] : undefined), root);
	if (op === "add" ? !isObject(parent) : !has(parent, last)) {
		return false;
	}
	if (op === "remove") {
		delete parent[last];
	} else {
		parent[last] = value;
	}
	return true;
}

const has = (value, name) => typeof value === "object" && value !== null && Object.hasOwn(value, name);
