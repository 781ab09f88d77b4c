// The settings of an account, as the JSON that the control API takes.
import { html, useId, useMemo, useRef, useState } from "../../ui.js";
import { put } from "../../mock/api.js";
import { Action } from "../../parts/action.js";
import { AreaField } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";
import { Stale } from "../../parts/stale.js";
import { useDraft } from "./draft.js";
import { Command } from "./form.js";

const textOf = (settings) => ({ text: JSON.stringify(settings, null, 2) });
const bodyOf = ({ text }) => text;

// Settings edits what a path of the control API has. SettingsOf is what can be
// saved of an answer; kept says what is kept although it does not stand there.
export function Settings({ path, settings, settingsOf, noun, kept }) {
	const id = useId();
	// What is read again and has not changed is no news.
	const data = useMemo(() => settingsOf(settings), [JSON.stringify(settings)]);
	const draft = useDraft({ data, reload: () => {} }, { place: path, formOf: textOf, bodyOf });
	const { form, change, edited, problem, saving, outcome, load } = draft;
	const [unfolded] = useState(edited); // what was kept is to be seen
	const element = useRef();
	useFirstWrong(element, problem);
	const wrong = problem && (problem.errors?.length > 0 ? problem.errors.map(({ location, message }) => ({ message: `${location.replace(/^body\.?/, "") || "the settings"}: ${message}` })) : [{ message: problem.message }]);
	const save = (event) => {
		event.preventDefault();
		const { text } = form;
		saving || draft.save(async () => settingsOf(await put(path, text)));
	};
	return form && html`<section class="card" aria-labelledby=${id}>
		<h2 id=${id}>Settings of the ${noun}</h2>
		<details open=${unfolded}>
			<summary>What the vendor's documentation leaves open: retries, time limits, formats</summary>
			<form ref=${element} class="stack" novalidate onSubmit=${save}>
				<${Stale} draft=${draft} />
				<${AreaField} label="Settings as JSON" rows="16" value=${form.text} onValue=${(text) => change({ text })} errors=${wrong ?? []}
					hint=${`Saving replaces all of them: whatever is left out gets its default. ${kept}`} />
				${outcome && !edited && html`<p class="notice" role="status">Saved. It applies to deliveries that are waiting, too.</p>`}
				<div class="buttons">
					<button type="submit" class="primary" aria-busy=${saving}>Save the settings</button>
					${edited && html`<${Action} run=${async () => load()}>Undo the edits<//>`}
				</div>
				<${Command} path=${path} body=${draft.body} />
			</form>
		</details>
	</section>`;
}
