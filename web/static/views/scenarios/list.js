// All scenarios: what each is about, and how it ended last.
import { html, useMemo } from "../../ui.js";
import { go, to } from "../../route.js";
import { providers, titleOf } from "../../mock/facts.js";
import { useResource } from "../../mock/resource.js";
import { Action } from "../../parts/action.js";
import { counted, Status } from "../../parts/attempts.js";
import { SelectField, TextField, Wrong } from "../../parts/field.js";
import { dateOf, timeOf } from "../../parts/time.js";
import { beginningAt } from "./address.js";
import { Pace } from "./pace.js";
import { receivers, start } from "./start.js";

const groups = [
	["uploaded", "Yours"],
	["dir", "From the folder"],
	["built-in", "Built in"],
];

// useRuns reads the runs of all scenarios.
export const useRuns = () => useResource("runs", { changes: ({ kind }) => kind === "run" });

// useScenarios reads what all scenarios are about.
export const useScenarios = () => useResource("scenarios", { changes: ({ kind }) => kind === "scenario" });

// ScenarioList has its filters, and which receiver its buttons run against, in
// the query.
export function ScenarioList({ query }) {
	const { data, error } = useScenarios();
	const { data: ran } = useRuns();
	const last = useMemo(() => new Map((ran?.runs ?? []).map((run) => [run.scenario, run])), [ran]);
	const set = (member) => (value) => go(to("scenarios", { ...query, [member]: value }), { replace: true });
	const shown = (data?.scenarios ?? []).filter(matching(query));
	return html`<section class="page scenarios">
		<div class="head">
			<h1>Scenarios</h1>
			<a class="button" href=${beginningAt()}>New scenario</a>
		</div>
		<form class="narrowing" role="search" aria-label="Filter the scenarios" onSubmit=${(event) => event.preventDefault()}>
			<${TextField} label="Filter" type="search" placeholder="Name or words of the why" value=${query.q} onValue=${set("q")} />
			<${SelectField} label="Vendor" value=${query.provider ?? ""} onValue=${set("provider")} options=${[["", "all"], ...providers.value.map(({ name, title }) => [name, title])]} />
			<${SelectField} label="Run against" value=${query.at ?? ""} onValue=${set("at")} options=${receivers.slice(0, 2)} />
		</form>
		<${Pace} />
		<${Wrong} problem=${error} />
		${!data && !error && html`<p class="muted">…</p>`}
		${data && html`<p class="sr" role="status">${counted(shown.length, "scenario")}</p>`}
		${data && shown.length === 0 && html`<div class="card"><p>No scenario matches. <a href=${to("scenarios", { at: query.at })}>Show all ${data.scenarios.length}</a>, or <a href=${beginningAt()}>write one</a>.</p></div>`}
		${groups.map(([origin, title]) => html`<${Group} key=${origin} ...${{ title, last, at: query.at }} scenarios=${shown.filter((one) => one.origin === origin)} />`)}
	</section>`;
}

// matching is a function that says whether a scenario passes the filters.
const matching = ({ q = "", provider }) => {
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	return (one) => {
		const text = `${one.name} ${one.why} ${titleOf(one.provider)}`.toLowerCase();
		return (!provider || one.provider === provider) && words.every((word) => text.includes(word));
	};
};

function Group({ title, scenarios, last, at }) {
	if (scenarios.length === 0) {
		return null;
	}
	return html`<section class="card stories" aria-label=${title}>
		<h2>${title} <span class="muted">${scenarios.length}</span></h2>
		<ul>${scenarios.map((story) => html`<${Story} key=${story.name} ...${{ story, at }} run=${last.get(story.name)} />`)}</ul>
	</section>`;
}

function Story({ story, run, at }) {
	const { name, why, provider, steps, vars } = story;
	const wanting = Object.entries(vars).some(([name, { default: value }]) => value === undefined && name !== "url" && name !== "account");
	return html`<li>
		<div class="about">
			<h3><a href=${to("scenarios", name, { at })}>${name}</a></h3>
			<p class="why muted" title=${why}>${why}</p>
		</div>
		<p class="what muted">${provider ? titleOf(provider) : "any vendor"}, ${counted(steps, "step")}</p>
		<p class="last">${run ? html`<a href=${to("runs", run.id)} title=${`The last run, ${dateOf(run.clockStart)} ${timeOf(run.clockStart)} on the mock's clock`}><span class="sr">Last run: </span><${Status} status=${run.status} /></a>` : html`<span class="muted">not run</span>`}</p>
		${wanting
			? html`<a class="button" href=${to("scenarios", name, { at })} aria-label=${`Run ${name}: set its variables`}>Run…</a>`
			: html`<${Action} run=${() => start(name, { at })} aria-label=${`Run ${name}`}>Run<//>`}
	</li>`;
}
