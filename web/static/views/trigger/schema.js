// What a form needs to know of a JSON Schema.
import { isObject } from "./patch.js";

// memberKinds lists the members of an object's schema as fields: {name, hint,
// schema} and what fieldOf says.
export const memberKinds = (schema, value) => Object.entries(schema?.properties ?? {}).map(([name, member]) =>
	({ name, hint: member.description, schema: member, ...fieldOf(member, value?.[name]) }));

// fieldOf is the field for a value of a schema: {kind, options}. Kind is choice,
// choices (any of the options), either (one of the schemas in options), number,
// text, object, or json for what has no better field. A value that is there and does not fit is json too.
export function fieldOf(schema, value) {
	const [kind, options] = kindOf(schema);
	return value === undefined || fitting[kind](value, options) ? { kind, options } : { kind: "json" };
}

const fitting = {
	choice: (value, options) => options.some((option) => typeof option === typeof value),
	choices: (value, options) => Array.isArray(value) && value.every((item) => options.includes(item)),
	number: (value) => typeof value === "number" || typeof value === "string",
	text: (value) => typeof value === "string",
	object: isObject,
	either: (value, options) => alternativeOf(options, value) >= 0,
	json: () => true,
};

function kindOf(schema) {
	const type = [schema.type ?? []].flat().find((name) => name !== "null");
	switch (true) {
	case type === "boolean":
		return ["choice", [true, false]];
	case isObject(schema.anyOf?.[0]):
		return ["either", schema.anyOf];
	case arePlain(schema.enum):
		return ["choice", schema.enum.filter((value) => value !== "")];
	case type === "array" && arePlain(schema.items?.enum):
		return ["choices", schema.items.enum];
	case type === "integer" || type === "number":
		return ["number"];
	case type === "string":
		return ["text"];
	case type === "object" && isObject(schema.properties):
		return ["object"];
	default:
		return ["json"];
	}
}

// arePlain is whether each of these values can be told by its text.
const arePlain = (values) => values?.every((value) => typeof value === "string" || typeof value === "number");

// alternativeOf is the index of the first of these schemas that a value fits, -1
// when there is none.
export const alternativeOf = (schemas, value) => schemas.findIndex((schema) => fieldOf(schema, value).kind !== "json");

// withMember is an object with one member set, or without it when value is
// undefined; undefined when nothing is left.
export function withMember(object, name, value) {
	const { [name]: _, ...rest } = object ?? {};
	if (value === undefined) {
		return Object.keys(rest).length > 0 ? rest : undefined;
	}
	return { ...object, [name]: value };
}
