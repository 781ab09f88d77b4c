// The payload of a draft: what the mock would sign, and the edits in it.
import { useEffect, useMemo, useState } from "../../ui.js";
import { post } from "../../mock/api.js";
import { parsed } from "./json.js";
import { applied, difference, isObject } from "./patch.js";

const patience = 250; // milliseconds without a change before the mock is asked

// useContent has the mock preview a request, given as JSON without a patch, and
// nothing when there is no request:
//  - base: the payload, as text; undefined while there is none,
//  - text: with the edits in it,
//  - patch: the edits as RFC 6902 operations; wrong: why they are none,
//  - unfit: how many edits the last change of the form has made impossible,
//  - problem: why there is no preview.
// Of another subject, such as another event, nothing is kept.
export function useContent(subject, request, edits, setEdits) {
	const [state, setState] = useState({});
	const preview = state.subject === subject ? state : {};
	useEffect(() => {
		if (request === undefined) {
			return;
		}
		const controller = new AbortController();
		const timer = setTimeout(() => {
			post("triggers/preview", request, { signal: controller.signal }).then(
				({ content }) => setState({ subject, base: JSON.stringify(content ?? null, null, 2) }),
				(problem) => controller.signal.aborted || setState((was) => ({ subject, base: was.subject === subject ? was.base : undefined, problem })),
			);
		}, patience);
		return () => {
			clearTimeout(timer);
			controller.abort();
		};
	}, [subject, request]);

	// A change of the form changes the payload below the edits.
	const { base, problem } = preview;
	useEffect(() => {
		if (edits && base !== undefined && base !== edits.base) {
			setEdits(rebased(edits, base));
		}
	}, [base, edits]);

	const found = useMemo(() => edited(edits), [edits]);
	return { base, problem, ...found, text: edits?.text ?? base };
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
