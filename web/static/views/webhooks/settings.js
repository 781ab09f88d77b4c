// The settings of an account, as the JSON that the control API takes.
import { html, useId, useMemo } from "../../ui.js";
import { put } from "../../mock/api.js";
import { AreaField } from "../../parts/field.js";
import { useDraft } from "./draft.js";
import { Command, Stale } from "./form.js";

const textOf = (settings) => ({ text: JSON.stringify(settings, null, 2) });
const bodyOf = ({ text }) => text;

// Settings edits what a path of the control API has. SettingsOf is what can be
// saved of an answer; kept says what is kept although it does not stand there.
export function Settings({ path, settings, settingsOf, noun, kept }) {
	const id = useId();
	// What is read again and has not changed is no news.
	const data = useMemo(() => settingsOf(settings), [JSON.stringify(settings)]);
	const draft = useDraft({ data, reload: () => {} }, { formOf: textOf, bodyOf });
	const { form, change, edited, problem, saving, outcome, load } = draft;
	const wrong = problem && (problem.errors?.length > 0 ? problem.errors.map(({ location, message }) => ({ message: `${location.replace(/^body\.?/, "") || "the whole"}: ${message}` })) : [{ message: problem.message }]);
	const save = (event) => {
		event.preventDefault();
		const { text } = form;
		saving || draft.save(async () => settingsOf(await put(path, text)));
	};
	return form && html`<section class="card" aria-labelledby=${id}>
		<h2 id=${id}>Settings of the ${noun}</h2>
		<details>
			<summary>What the vendor's documentation leaves open: retries, time limits, formats</summary>
			<form class="stack" novalidate onSubmit=${save}>
				<${Stale} draft=${draft} />
				<${AreaField} label="Settings as JSON" rows=${Math.min(24, form.text.split("\n").length)} value=${form.text} onValue=${(text) => change({ text })} errors=${wrong ?? []}
					hint=${`To save replaces all of them: what is left out gets its default. ${kept}`} />
				${outcome && !edited && html`<p class="notice" role="status">Saved. What waits is delivered by it too.</p>`}
				<div class="buttons">
					<button type="submit" class="primary" aria-busy=${saving}>Save the settings</button>
					${edited && html`<button type="button" onClick=${load}>Undo the edits</button>`}
				</div>
				<${Command} path=${path} body=${form.text} />
			</form>
		</details>
	</section>`;
}
