// One scenario: what it is about, the form that runs it, and its text.
import { html, useRef, useState } from "../../ui.js";
import { go, to } from "../../route.js";
import { remove } from "../../mock/api.js";
import { titleOf } from "../../mock/facts.js";
import { Ask } from "../../parts/ask.js";
import { counted, Status } from "../../parts/attempts.js";
import { useAction } from "../../parts/action.js";
import { SelectField, TextField, Wrong } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { tell } from "../../parts/notice.js";
import { Time } from "../../parts/time.js";
import { beginningAt } from "./address.js";
import { givenOf } from "./command.js";
import { forget } from "./draft.js";
import { useRuns } from "./list.js";
import { Listing } from "./listing.js";
import { Pace } from "./pace.js";
import { asked, receivers, start } from "./start.js";
import { useStory } from "./story.js";

const origins = { "built-in": "built in", "dir": "from the folder", "uploaded": "uploaded" };

// ScenarioView has what its form is filled with in the query.
export function ScenarioView({ name, query }) {
	const { story, gone, error } = useStory(name);
	if (!story || gone) {
		return error ? html`<${NoScenario} name=${name} error=${error} />` : html`<section class="page"><h1>${name}</h1><p class="muted">…</p></section>`;
	}
	const { why, provider, steps, origin, yaml } = story;
	return html`<section class="page scenario">
		<p><a href=${to("scenarios", { at: query.at === "built-in" ? query.at : "" })}>Scenarios</a></p>
		<div class="head">
			<h1>${name}</h1>
			<div class="buttons">
				${origin !== "built-in" && html`<a class="button" href=${to("scenarios", name, "edit")}>Edit</a>`}
				<a class="button" href=${beginningAt({ from: name })}>Start from this one</a>
				${origin === "uploaded" && html`<${Deletion} name=${name} />`}
			</div>
		</div>
		<p class="why">${why}</p>
		<p class="muted">${provider ? titleOf(provider) : "any vendor"}, ${counted(steps, "step")}, ${origins[origin] ?? origin}</p>
		<${RunForm} story=${story} query=${query} />
		<${PastRuns} name=${name} />
		<${Listing} label="In YAML" file=${`${name}.yaml`} text=${yaml} line=${Number(query.line)} />
	</section>`;
}

export function NoScenario({ name, error }) {
	return html`<section class="empty">
		<h1>${error.status === 404 ? `No scenario is called ${name}` : name}</h1>
		${error.status === 404
			? html`<p>It may have been deleted. <a href=${to("scenarios")}>See all scenarios</a>, or <a href=${beginningAt()}>write one</a>.</p>`
			: html`<${Wrong} problem=${error} />`}
	</section>`;
}

// Deletion is for scenarios that were uploaded.
export function Deletion({ name }) {
	const run = async () => {
		await remove(`scenarios/${encodeURIComponent(name)}`);
		forget(name);
		tell(`${name} is deleted.`);
		go(to("scenarios"));
	};
	return html`<${Ask} label="Delete" title=${`Delete ${name}?`} yes="Delete it" run=${run}>
		<p>Its text is gone for good. Its past runs stay.</p>
	<//>`;
}

function RunForm({ story, query }) {
	const { name, vars } = story;
	const [problem, setProblem] = useState();
	const form = useRef();
	useFirstWrong(form, problem);
	const [run, busy] = useAction(() => start(name, asked(query)), { failed: setProblem });
	const set = (member) => (value) => go(to("scenarios", name, { ...query, [member]: value }), { replace: true });
	const own = Object.entries(vars).filter(([name]) => name !== "url" && name !== "account");
	const at = query.at ?? (query.url ? "other" : "");
	const errors = (member) => problem?.at?.(member);
	const fields = ["account", "seed", "vars.account", "vars.url", ...own.map(([name]) => `vars.${name}`)];
	const submit = (event) => {
		event.preventDefault();
		setProblem(undefined);
		busy || run();
	};
	return html`<form ref=${form} class="card run-form" novalidate onSubmit=${submit} aria-label=${`Run ${name}`}>
		<h2>Run it</h2>
		<div class="fields">
			<${SelectField} label="Receiver" value=${at} onValue=${set("at")} options=${receivers} errors=${at === "other" ? [] : errors("vars.url")}
				hint=${at === "" ? defaulted("", vars.url) : "It is saved as the webhook first and replaces the one that is set."} />
			${at === "other" && html`<${TextField} label="URL" type="url" placeholder="http://127.0.0.1:3000/hook" value=${query.url} onValue=${set("url")} errors=${errors("vars.url")} />`}
			${own.map(([name, declared]) => html`<${TextField} key=${name} label=${name} value=${query[`var.${name}`]} onValue=${set(`var.${name}`)} placeholder=${texted(declared.default)}
				errors=${errors(`vars.${name}`)} hint=${defaulted(declared.summary, declared)} />`)}
			<${TextField} label="Account" placeholder=${texted(vars.account?.default) || "default"} value=${query.account} onValue=${set("account")} errors=${[...errors("account") ?? [], ...errors("vars.account") ?? []]} hint="For steps that name none." />
			<${TextField} label="Seed" inputmode="numeric" placeholder="a new one" value=${query.seed} onValue=${set("seed")} errors=${errors("seed")} hint="The same seed invents the same people." />
		</div>
		<${Wrong} problem=${problem} fields=${fields} />
		<${Pace} />
		<div class="buttons"><button class="primary" aria-busy=${busy}>Run</button></div>
	</form>`;
}

const texted = (value) => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

// defaulted is what a variable is for and what it is when nobody sets it.
function defaulted(summary = "", declared) {
	const sentence = summary && `${summary[0].toUpperCase()}${summary.slice(1)}${/[.!?]$/.test(summary) ? "" : "."}`;
	const value = texted(declared?.default);
	const rest = value ? `Default: ${value}.` : declared && summary !== "" ? "Required." : "";
	return [sentence, rest].filter(Boolean).join(" ");
}

const pastRuns = 5; // that are listed

function PastRuns({ name }) {
	const { data } = useRuns();
	const runs = (data?.runs ?? []).filter((run) => run.scenario === name).reverse();
	return html`<section class="card past" aria-label="Runs">
		<h2>Runs</h2>
		${runs.length === 0 && html`<p class="muted">Not run yet.</p>`}
		<ul>${runs.slice(0, pastRuns).map((run) => html`<li key=${run.id}><a href=${to("runs", run.id)}><${Time} at=${run.clockStart} /></a> <${Status} status=${run.status} /> <span class="muted">seed ${givenOf(run).seed}</span></li>`)}</ul>
		${runs.length > pastRuns && html`<p class="muted">and ${runs.length - pastRuns} earlier ones</p>`}
	</section>`;
}
