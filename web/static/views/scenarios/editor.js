// The editor of scenarios.
import { html, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "../../ui.js";
import { go, to } from "../../route.js";
import { Problem, put } from "../../mock/api.js";
import { Action, useAction } from "../../parts/action.js";
import { Wrong } from "../../parts/field.js";
import { complain, tell } from "../../parts/notice.js";
import { Stale } from "../../parts/stale.js";
import { beginning, copyOf, download, nameIn } from "./document.js";
import { draftOf, forget, useText } from "./draft.js";
import { useScenarios } from "./list.js";
import { check, Problems, useProblems } from "./problems.js";
import { Deletion, NoScenario } from "./scenario.js";
import { start } from "./start.js";
import { textNow, useStory } from "./story.js";
import { placeCursor, YAMLArea } from "./yaml.js";

// EditorView edits the scenario called name, or makes a new one: from another
// when from is that one's name, as it does with one that is built in.
export function EditorView({ name, from, query }) {
	const source = name ?? from;
	const { story, gone, error, reload } = useStory(source);
	const { data: all, reload: relist } = useScenarios();
	const origins = useMemo(() => new Map((all?.scenarios ?? []).map(({ name, origin }) => [name, origin])), [all]);
	const begun = useRef(); // which stays when the mock forgets the scenario meanwhile
	if (!begun.current && all && (story || gone || !source)) {
		begun.current = beginningOf({ name, source, story, origins });
	}
	if (begun.current) {
		const there = begun.current.editing && !gone ? story?.yaml : undefined;
		const lookAgain = () => Promise.all([reload(), relist()]);
		return html`<${Editor} ...${{ ...begun.current, there, gone, source, origins, query, lookAgain }} />`;
	}
	if (error) {
		return html`<${NoScenario} name=${source} error=${error} />`;
	}
	return html`<section class="page"><h1>${source ?? "New scenario"}</h1><p class="muted">…</p></section>`;
}

// beginningOf is what the editor opens with: {editing, kept, begin}, or undefined
// when there is nothing. Editing is the name of what is replaced, kept what the
// text is kept under. Of a scenario that is gone only what was kept is left.
function beginningOf({ name, source, story, origins }) {
	if (!source) {
		return { kept: "new ", begin: beginning() };
	}
	if (name && story?.origin !== "built-in") {
		const begin = story?.yaml ?? draftOf(name)?.base;
		return begin === undefined ? undefined : { editing: name, kept: name, begin };
	}
	return story && { kept: `new ${source}`, begin: copyOf(story.yaml, free(`my-${source}`, origins)) };
}

// free is a name that no scenario has.
function free(name, origins) {
	let one = name;
	for (let n = 2; origins.has(one); n++) {
		one = `${name}-${n}`;
	}
	return one;
}

function Editor({ editing, kept, begin, there, gone, source, origins, query, lookAgain }) {
	const draft = useText(kept, begin, there);
	const { text, base } = draft;
	const state = useProblems(text);
	const wrong = useMemo(() => new Set(state.problems.map(({ line }) => line)), [state]);
	const area = useRef();
	const id = useId();
	const [problem, setProblem] = useState();
	const name = nameIn(text);
	const cursor = area.current?.selectionStart; // which a text that comes from elsewhere puts at its end
	useLayoutEffect(() => cursor !== undefined && area.current.setSelectionRange(cursor, cursor), [base]);
	useEffect(() => Number(query.line) > 0 && placeCursor(area.current, Number(query.line)), [query.line]);

	// isUnseen is whether saving would replace what somebody else has saved and
	// this page has neither shown nor warned of.
	const isUnseen = async () => {
		const now = await textNow(name);
		return now !== undefined && now !== text && (name === editing ? now !== there : !origins.has(name));
	};

	// save throws what is wrong and returns the name it was saved under.
	const save = async () => {
		setProblem(undefined);
		const [first, ...rest] = await check(text);
		if (first) {
			placeCursor(area.current, first.line || 1, first.column || 1);
			throw new Problem(0, { detail: `It is not saved: ${first.line ? `line ${first.line}: ` : ""}${first.message}${rest.length > 0 ? `, and ${rest.length} more` : ""}` });
		}
		if (!name) {
			throw new Problem(0, { detail: "It is not saved: its name has to be on a line of its own, as name: my-story" });
		}
		if (await isUnseen()) {
			await lookAgain();
			throw new Problem(0, { detail: `It is not saved: somebody else has just saved ${name}` });
		}
		await put(`scenarios/${encodeURIComponent(name)}`, text, { type: "application/yaml" });
		forget(kept);
		forget(name);
		if (name === editing) {
			await lookAgain();
			draft.saved(text);
		}
		return name;
	};
	const [keepIt, keeping] = useAction(async () => {
		const saved = await save();
		tell(editing && saved !== editing ? `Saved as ${saved}; ${editing} stays as it was.` : `${saved} is saved.`);
		go(to("scenarios", saved), { replace: true });
	}, { failed: setProblem });
	const [runIt, starting] = useAction(async () => {
		const saved = await save();
		go(to("scenarios", saved, "edit"), { replace: true }); // where the run's way back leads to
		await start(saved, { at: query.at }).catch(complain);
	}, { failed: setProblem });
	const busy = keeping || starting;
	const load = () => {
		setProblem(undefined);
		draft.load();
		area.current.focus();
	};
	return html`<section class="page editor">
		<p><a href=${to("scenarios")}>Scenarios</a>${source && html` / <a href=${to("scenarios", source)}>${source}</a>`}</p>
		<div class="head">
			<h1>${editing ? `Edit ${editing}` : source ? `Start from ${source}` : "New scenario"}</h1>
			<div class="buttons">
				<button type="button" class="primary" aria-busy=${keeping} onClick=${() => busy || keepIt()}>Save${name && name !== editing ? ` as ${name}` : ""}</button>
				<button type="button" aria-busy=${starting} onClick=${() => busy || runIt()}>Save and run</button>
				<${Action} run=${async () => download(text, `${name || "scenario"}.yaml`)}>Download<//>
				${origins.get(editing) === "uploaded" && html`<${Deletion} name=${editing} />`}
			</div>
		</div>
		<${Wrong} problem=${problem} />
		<${Stale} draft=${{ stale: draft.stale, load }} />
		<div class="desk">
			<${YAMLArea} label="The scenario in YAML" text=${text} onText=${draft.write} onSave=${() => busy || keepIt()} wrong=${wrong} described=${id} area=${area}>
				${draft.edited && html`<span class="unsaved">Not saved yet, kept in this tab ${!draft.stale && html`<button type="button" class="quiet" onClick=${load}>Discard</button>`}</span>`}
			<//>
			<${Problems} id=${id} state=${state} onPlace=${(line, column) => placeCursor(area.current, line, column)}><${Heed} ...${{ name, editing, gone, origins }} /><//>
		</div>
		<p class="muted hint">Enter keeps the indent, Tab leaves the editor, Ctrl+S saves. The <a href="/_mock/v1/scenario.schema.json">grammar</a> is a JSON Schema, which other editors understand too.</p>
	</section>`;
}

// Heed says what saving under this name would do to another scenario.
function Heed({ name, editing, gone, origins }) {
	if (gone && name === editing) {
		return html`<p class="notice warn">The mock has no scenario called ${name} any longer: saving makes it anew.</p>`;
	}
	const there = origins.get(name);
	if (there === "built-in") {
		return html`<p class="notice warn">${name} is built in and cannot be replaced: give yours another name.</p>`;
	}
	if (there && name !== editing) {
		return html`<p class="notice warn">There is a scenario called ${name}: saving replaces it.</p>`;
	}
	return there === "dir" ? html`<p class="notice warn">It was read from a file, which is left alone: the mock uses what you save here instead, until you delete it.</p>` : null;
}
