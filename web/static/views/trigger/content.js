// The payload of a draft: what the mock would sign, and the edits in it.
import { useEffect, useMemo, useRef, useState } from "../../ui.js";
import { post } from "../../mock/api.js";
import { isOfSettings, useResource } from "../../mock/resource.js";
import { parsed } from "./json.js";
import { applied, difference, isObject } from "./patch.js";

const patience = 250; // milliseconds without a change before the mock is asked

// useContent has the mock preview a request, given as JSON without a patch, and
// nothing when there is no request; again when a vendor's settings change:
//  - base: the payload, as text; undefined while there is none,
//  - text: with the edits in it,
//  - patch: the edits as RFC 6902 operations; wrong: why they are none,
//  - unfit: how many edits the last change of the form has made impossible,
//  - webhooks: those that would be told, {name, url}; undefined while that is not known,
//  - problem: why there is no preview.
// Of another subject, such as another event, nothing is kept.
export function useContent(subject, request, edits, setEdits) {
	const { base, webhooks, problem } = usePreview(subject, request, edits !== undefined);

	// A change of the form changes the payload below the edits.
	useEffect(() => {
		if (edits && base !== undefined && base !== edits.base) {
			setEdits(rebased(edits, base));
		}
	}, [base, edits]);

	const found = useMemo(() => edited(edits), [edits]);
	return { base, webhooks, problem, ...found, text: edits?.text ?? base };
}

const preview = (request) => post("triggers/preview", request);

// usePreview is what the mock has answered last of a subject: {base, webhooks,
// problem}. With a problem, the payload from before stays. While it is edited, it
// stays as well until the request is another: what others change is not to move
// the text below somebody's hands.
function usePreview(subject, request, editing) {
	const asked = useSettled(subject, request);
	const { data, error } = useResource(asked.request, { read: preview, changes: isOfSettings });
	const base = useMemo(() => data && JSON.stringify(data.content ?? null, null, 2), [data]);
	const last = useRef({});
	if (last.current.subject !== subject) {
		last.current = { subject };
	}
	const was = last.current;
	if (asked.subject === subject && data) {
		const stays = editing && was.request === asked.request;
		last.current = { ...asked, base: stays ? was.base : base, webhooks: data.webhooks };
	} else if (asked.subject === subject && error) {
		last.current = { ...asked, base: was.base, problem: error };
	}
	return last.current;
}

// useSettled is the last request that did not change for a while, with its
// subject.
function useSettled(subject, request) {
	const [settled, settle] = useState({ subject, request });
	useEffect(() => {
		const timer = setTimeout(() => settle({ subject, request }), patience);
		return () => clearTimeout(timer);
	}, [subject, request]);
	return settled;
}

// edited is what edits come to: {patch, wrong, unfit}.
function edited(edits) {
	if (!edits) {
		return { patch: [] };
	}
	const { value, wrong } = parsed(edits.text);
	if (wrong) {
		return { patch: [], wrong };
	}
	if (!isObject(value)) {
		return { patch: [], wrong: { line: 1, column: 1, message: "want an object, as it was" } };
	}
	return { patch: difference(parsed(edits.base).value, value), unfit: edits.unfit };
}

// rebased is the same edits in another payload, as far as they fit into it.
function rebased(edits, base) {
	const { patch, wrong } = edited(edits);
	const below = parsed(base).value;
	if (wrong) {
		return edits;
	}
	if (patch.length === 0 || !isObject(below)) {
		return undefined;
	}
	const { value, unfit } = applied(below, patch);
	return { base, text: JSON.stringify(value, null, 2), unfit: unfit.length };
}
