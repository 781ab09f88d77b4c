// One run of a scenario, as it goes and how it ended.
import { html } from "../../ui.js";
import { to } from "../../route.js";
import { address, post } from "../../mock/api.js";
import { useResource } from "../../mock/resource.js";
import { Action } from "../../parts/action.js";
import { counted, Status } from "../../parts/attempts.js";
import { Code } from "../../parts/code.js";
import { Wrong } from "../../parts/field.js";
import { dateOf, timeOf } from "../../parts/time.js";
import { givenOf } from "./command.js";
import { Pace } from "./pace.js";
import { linked, start } from "./start.js";
import { Steps } from "./step.js";
import { useStory } from "./story.js";

// RunView shows #/runs/{id}.
export function RunView({ path: [id = ""] }) {
	return html`<${OneRun} key=${id} id=${id} />`;
}

function OneRun({ id }) {
	const { data: run, error, reload } = useResource(`runs/${encodeURIComponent(id)}`, { changes: isOf(id) });
	if (!run) {
		return error ? html`<${NoRun} id=${id} error=${error} />` : html`<section class="page"><h1>Run</h1><p class="muted">…</p></section>`;
	}
	return html`<${Told} run=${run} reload=${reload} />`;
}

// isOf is whether an entry of the journal tells of this run or of a step of it.
const isOf = (run) => ({ kind, id }) => (kind === "run" && id === run) || (kind === "step" && id.startsWith(`${run}/`));

function NoRun({ id, error }) {
	if (error.status !== 404) {
		return html`<section class="empty"><h1>Run</h1><${Wrong} problem=${error} /></section>`;
	}
	return html`<section class="empty">
		<h1>${id ? `No run is called ${id}` : "No such run"}</h1>
		<p>The mock forgets runs when it is reset or restarted, and the oldest ones when there are more than a thousand. <a href=${to("scenarios")}>Run a scenario</a>.</p>
	</section>`;
}

function Told({ run, reload }) {
	const { id, scenario, status, detail, steps, command } = run;
	const { story, gone } = useStory(scenario);
	const known = story !== undefined && !gone;
	const going = status === "running";
	const given = givenOf(run);
	const cancel = async () => {
		await post(`runs/${encodeURIComponent(id)}/cancel`);
		await reload();
	};
	return html`<section class="page told-run">
		<p><a href=${to("scenarios")}>Scenarios</a> / ${known ? html`<a href=${to("scenarios", scenario)}>${scenario}</a>` : scenario}</p>
		<div class="head">
			<h1>Run of ${scenario}</h1>
			<div class="buttons">
				${going && html`<${Action} kind="danger" run=${cancel}>Cancel<//>`}
				${known && !going && html`<${Action} kind="primary" run=${() => start(scenario, given)} title="With the same seed, variables and receiver">Run again<//>
					<a class="button" href=${to("scenarios", scenario, linked(given))}>Change and run</a>`}
				${known && story.origin === "uploaded" && html`<a class="button" href=${to("scenarios", scenario, "edit")}>Edit</a>`}
				<a class="button" href=${address(`runs/${encodeURIComponent(id)}/junit`)} download=${`${scenario}-${id}.xml`}>JUnit report</a>
			</div>
		</div>
		<div class=${`card verdict ${status}`} role="status">
			<p><${Status} status=${status} /> ${verdict(run, story)}</p>
			${detail && html`<p class="came">${detail}</p>`}
		</div>
		${unaddressed(run) && known && html`<div class="notice warn pace">
			<p><a href=${to("webhooks")}>Set up a webhook</a>, or run it against the mock's own receiver.</p>
			<${Action} run=${() => start(scenario, { ...given, at: "built-in" })}>Run against the built-in receiver<//>
		</div>`}
		${!going && known && html`<${Pace} />`}
		<section class="card" aria-label="Steps">
			<div class="head"><h2>Steps</h2>${steps.some(({ deliveries }) => deliveries.length > 0) && html`<a href=${to("deliveries", { q: id })}>All deliveries of this run</a>`}</div>
			<${Steps} run=${run} linked=${known} />
		</section>
		<section class="card" aria-label="The same again">
			<h2>The same again</h2>
			<dl class="facts">
				<dt>Seed</dt><dd class="number">${given.seed}</dd>
				<dt>Began</dt><dd><time dateTime=${run.clockStart}>${dateOf(run.clockStart)} ${timeOf(run.clockStart)} UTC</time>, on the mock's clock</dd>
				${Object.entries(run.vars).map(([name, value]) => html`<dt key=${name}>${name}</dt><dd><code>${typeof value === "string" ? value : JSON.stringify(value)}</code></dd>`)}
			</dl>
			<${Code} label="On the command line, byte for byte" text=${command} />
		</section>
	</section>`;
}

// unaddressed is whether a run ended because there was no address to send to.
const unaddressed = ({ status, vars }) => status === "error" && !vars.url;

// verdict says in a sentence where a run stands.
function verdict(run, story) {
	const { status, steps, unreachable } = run;
	const findings = steps.filter(({ finding }) => finding).length;
	switch (status) {
	case "running":
		return story ? `Step ${steps.filter(({ path }) => !path.includes(".")).length || 1} of ${story.steps}.` : "It is running.";
	case "passed":
		return "Everything held.";
	case "failed":
		return `It ran to the end, with ${counted(findings, "finding")} about the receiver.`;
	case "cancelled":
		return "Somebody stopped it.";
	default:
		return unreachable ? "The receiver could not be reached." : unaddressed(run) ? "There was no receiver to send to." : "It could not be run to the end.";
	}
}
