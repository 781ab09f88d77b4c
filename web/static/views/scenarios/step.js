// The steps of a run: what came of each, and the deliveries behind it.
import { html, useState } from "../../ui.js";
import { to } from "../../route.js";
import { deliveries, deliveryOf } from "../../mock/deliveries.js";
import { AttemptMarks, counted, Status } from "../../parts/attempts.js";

const deepest = 4; // levels that are still set in

// Steps lists them in the order in which they are told. Linked is whether the
// scenario is there to show a step's line in.
export function Steps({ run, linked }) {
	if (run.steps.length === 0) {
		return html`<p class="muted">None has started.</p>`;
	}
	return html`<ol class="steps">
		${run.steps.map((step) => html`<li key=${step.path} class=${`step ${step.status} depth-${depthOf(step)}`}><${Step} ...${{ run, step, linked }} /></li>`)}
	</ol>`;
}

// depthOf is how far within others a step is.
const depthOf = ({ path }) => Math.min(path.split(".").length - 1, deepest);

function Step({ run, step, linked }) {
	const { path, status, detail, finding, otherwise, deliveries } = step;
	return html`
		<div class="line-of">
			<span class="path">${path}</span>
			<span class="name">${nameOf(step)}</span>
			<${Line} ...${{ run, step, linked }} />
			<${Status} status=${status} />
		</div>
		${finding && html`<p class="finding">${finding}</p>`}
		${detail && !finding?.endsWith(detail) && html`<p class=${status === "passed" || status === "running" ? "came muted" : "came"}>${detail}</p>`}
		${otherwise && html`<p class="otherwise">${otherwise}</p>`}
		${deliveries.length > 0 && html`<${Behind} run=${run} ids=${deliveries} />`}`;
}

// nameOf is what a step is called, with its verb when the name leaves that out.
const nameOf = ({ name, verb }) => ((verb === "expect" || verb === "judge") && !name.startsWith(verb) ? `${verb} that ${name}` : name);

// Line is where a step is written. Those of a scenario that is included are
// somewhere else.
function Line({ run, step: { file, line }, linked }) {
	if (!line) {
		return null;
	}
	if ((file ?? "") !== (run.file ?? "")) {
		return html`<span class="place muted">${file ? `${file}:` : "included, line "}${line}</span>`;
	}
	return html`<span class="place">${linked ? html`<a href=${to("scenarios", run.scenario, { line })}>line ${line}</a>` : html`<span class="muted">line ${line}</span>`}</span>`;
}

const few = 8; // deliveries that are listed until somebody asks for all

// Behind are the deliveries that a step is about. Whoever moves the clock makes
// attempts of others too, which are no part of the story.
function Behind({ run, ids }) {
	deliveries.value; // which tells when one of them changes
	const others = ids.filter((id) => deliveryOf(id) && deliveryOf(id).run !== run.id);
	return html`
		<${Listed} ids=${ids.filter((id) => !others.includes(id))} />
		${others.length > 0 && html`<details class="others">
			<summary>${counted(others.length, "delivery", "deliveries")} from outside this run</summary>
			<${Listed} ids=${others} />
		</details>`}`;
}

function Listed({ ids }) {
	const [all, setAll] = useState(false);
	if (ids.length === 0) {
		return null;
	}
	const shown = all ? ids : ids.slice(0, few);
	const urls = shown.map((id) => deliveryOf(id)?.url);
	return html`<ul class="behind">
		${shown.map((id, i) => html`<li key=${id}><${DeliveryBehind} id=${id} record=${deliveryOf(id)} target=${urls[i] === urls[i - 1] ? "" : urls[i]} /></li>`)}
		${shown.length < ids.length && html`<li><button type="button" class="quiet" onClick=${() => setAll(true)}>and ${ids.length - shown.length} more</button></li>`}
	</ul>`;
}

// DeliveryBehind says the target when it is another one than above.
function DeliveryBehind({ id, record, target }) {
	if (!record) {
		return html`<a href=${to("deliveries", id)}>${id}</a>`;
	}
	return html`<a href=${to("deliveries", id)} title=${id}>${record.event}${record.duplicateOf && " (copy)"}</a> <${Status} status=${record.status} /> <${AttemptMarks} record=${record} /> <span class="target muted">${target}</span>`;
}
