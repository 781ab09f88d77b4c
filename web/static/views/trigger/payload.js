// The payload before it goes.
import { html } from "../../ui.js";
import { forPeople } from "../../mock/api.js";
import { counted } from "../../parts/attempts.js";
import { Code } from "../../parts/code.js";
import { JSONArea } from "./editor.js";
import { isObject } from "./patch.js";

const most = 12; // operations that are listed

// Payload shows what useContent has found, and lets it be edited. Shown is whether
// the vendor can show it at all, webhooks where those of the account are.
export function Payload({ webhooks, shown, content, edits, setEdits, problem }) {
	const { base, text, patch, wrong, unfit } = content;
	const editable = base !== undefined && isObject(JSON.parse(base));
	const edit = (changed) => setEdits(changed === (edits?.base ?? base) ? undefined : { base: edits?.base ?? base, text: changed });
	return html`<section class="card payload" aria-labelledby="trigger-payload">
		<div class="head">
			<h2 id="trigger-payload">Payload</h2>
			${edits && html`<button type="button" class="quiet" onClick=${() => setEdits(undefined)}>Reset the edits</button>`}
		</div>
		${shown ? html`<${Unseen} webhooks=${webhooks} problem=${content.problem} base=${base} />` : html`<p class="muted">This vendor cannot show beforehand what it would send.</p>`}
		${editable && html`<${JSONArea} label="What is signed" rows=${Math.min(22, Math.max(6, text.split("\n").length + 1))} text=${text} onText=${edit} wrong=${wrong} errors=${problem?.at("patch") ?? []}
			hint="Edit it before it is sent. Times and IDs that you leave alone are filled in when it is sent, and faults act after that." />`}
		${base !== undefined && !editable && (base === "null"
			? html`<p class="muted">Nothing is signed for this event: no webhook is told of it.</p>`
			: html`<${Code} label="What is sent" text=${base} pretty />`)}
		${unfit > 0 && html`<p class="notice warn">${counted(unfit, "edit")} no longer fitted the payload after the form was changed.</p>`}
		${patch.length > 0 && html`<${Patch} patch=${patch} />`}
	</section>`;
}

// Unseen says why there is no payload to be seen, or only the last one.
function Unseen({ webhooks, problem, base }) {
	if (!problem) {
		return base === undefined && html`<p class="muted">…</p>`;
	}
	return html`<div class="notice warn">
		<p>${problem.errors.length > 0 ? "There is no preview: what is wrong is shown beside its field." : `There is no preview: ${forPeople(problem)}`}</p>
		${problem.status === 409 && problem.errors.length === 0 && html`<a href=${webhooks}>Webhooks</a>`}
	</div>`;
}

// Patch lists the edits as the operations that are sent.
function Patch({ patch }) {
	return html`<div class="patch">
		<p>${counted(patch.length, "edit")}, sent as a patch:</p>
		<ul>${patch.slice(0, most).map(({ op, path, value }) => html`<li key=${path}><code>${op} ${path}${value !== undefined ? ` ${JSON.stringify(value).slice(0, 200)}` : ""}</code></li>`)}
			${patch.length > most && html`<li class="muted">and ${patch.length - most} more</li>`}</ul>
	</div>`;
}
