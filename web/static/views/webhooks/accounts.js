// The choice of an account, and the making of another.
import { html, useId, useRef, useState } from "../../ui.js";
import { go, to } from "../../route.js";
import { put } from "../../mock/api.js";
import { useAction } from "../../parts/action.js";
import { SelectField, TextField } from "../../parts/field.js";

// AccountChoice is about the accounts of these names, of which one may be open.
export function AccountChoice({ portal: { noun, accounts }, vendor, account, names, reload }) {
	const known = names.includes(account);
	return html`<div class="account">
		<${SelectField} label=${capital(noun)} value=${known ? account : ""} onValue=${(name) => go(to("webhooks", vendor, name))}
			options=${[...(known ? [] : [["", "choose one"]]), ...names]} />
		<${NewAccount} ...${{ noun, accounts, vendor, names, reload }} />
	</div>`;
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function NewAccount({ noun, accounts, vendor, names, reload }) {
	const dialog = useRef();
	const title = useId();
	const [name, setName] = useState("");
	const [wrong, setWrong] = useState("");
	const [make, busy] = useAction(async () => {
		// To save one that is there would put its settings back to their defaults.
		const found = names.includes(name) ? `there is a ${noun} of this name already` : unfit(name);
		if (found) {
			setWrong(found);
			return;
		}
		await put(`${accounts}/${encodeURIComponent(name)}`, {});
		await reload();
		close();
		go(to("webhooks", vendor, name));
	}, { failed: (error) => setWrong([error.message, ...error.errors?.map(({ message }) => message) ?? []].join(": ")) });
	const close = () => {
		dialog.current.close();
		setName("");
		setWrong("");
	};
	const submit = (event) => {
		event.preventDefault();
		busy || make();
	};
	return html`<button type="button" onClick=${() => dialog.current.showModal()}>New ${noun}…</button>
		<dialog ref=${dialog} aria-labelledby=${title} onCancel=${close}>
			<h2 id=${title}>New ${noun}</h2>
			<form onSubmit=${submit} class="stack">
				<${TextField} label="Name" value=${name} onValue=${setName} errors=${wrong ? [{ message: wrong }] : []} hint="It begins with the default settings. Triggers refer to it by this name." />
				<div class="buttons">
					<button type="submit" class="primary" aria-busy=${busy}>Create it</button>
					<button type="button" onClick=${close}>Cancel</button>
				</div>
			</form>
		</dialog>`;
}

// unfit is why something cannot have this name, or nothing; the mock has the last
// word.
export function unfit(name) {
	switch (true) {
	case name.trim() === "": return "a name is required";
	case /[/\\]|^\.{1,2}$/.test(name): return "want a name without a slash that is more than dots";
	default: return "";
	}
}
