// What is wrong with a scenario's text, as the mock says while it is written.
import { html, useEffect, useState } from "../../ui.js";
import { post } from "../../mock/api.js";
import { counted } from "../../parts/attempts.js";

const patience = 250; // milliseconds without a keystroke before the mock is asked

// check asks the mock at once: [{line, column, message}].
export async function check(text, signal) {
	const { problems } = await post("scenarios/validate", text, { type: "application/yaml", signal });
	return problems;
}

// useProblems is what is wrong with a text, and what it was asked about: {of,
// problems, error}.
export function useProblems(text) {
	const [state, setState] = useState({ problems: [] });
	useEffect(() => {
		const controller = new AbortController();
		const timer = setTimeout(() => check(text, controller.signal).then(
			(problems) => setState({ of: text, problems }),
			(error) => error.name === "AbortError" || setState({ of: text, problems: [], error }),
		), patience);
		return () => {
			clearTimeout(timer);
			controller.abort();
		};
	}, [text]);
	return state;
}

// Problems lists them; onPlace is called with a line and a column to go to. The
// summary is what screen readers hear while somebody writes.
export function Problems({ id, state: { of, problems, error }, onPlace, children }) {
	return html`<div class="problems" id=${id}>
		<p role="status" aria-live="polite" class=${problems.length > 0 || error ? "sum wrong" : "sum"}>${summary(of, problems, error)}</p>
		<ul>${problems.map(({ line, column, message }, i) => html`<li key=${i}>
			${line > 0 && html`<button type="button" class="quiet" onClick=${() => onPlace(line, column || 1)}>Line ${line}</button>`}
			<span>${message}</span>
		</li>`)}</ul>
		${children}
	</div>`;
}

function summary(of, problems, error) {
	if (error) {
		return `It could not be checked: ${error.message}`;
	}
	if (of === undefined) {
		return "…";
	}
	return problems.length > 0 ? counted(problems.length, "problem") : "No problems: it can be run.";
}
