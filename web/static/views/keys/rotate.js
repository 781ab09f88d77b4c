// The rotation of the key that signs.
import { html, useId, useState } from "../../ui.js";
import { to } from "../../route.js";
import { post } from "../../mock/api.js";
import { useAction } from "../../parts/action.js";
import { SelectField, TextField, Wrong } from "../../parts/field.js";

const retirements = [["never", "stays in the JWKS"], ["now", "leaves the JWKS now"], ["later", "leaves the JWKS after a while"]];

// Rotate makes a new key that signs in place of the active one.
export function Rotate({ active }) {
	const id = useId();
	const [form, setForm] = useState({ retire: "never", after: "1h", publish: "now", kid: "new" });
	const [problem, setProblem] = useState();
	const [done, setDone] = useState();
	const set = (member) => (value) => setForm((was) => ({ ...was, [member]: value }));
	const same = form.kid === "same";
	const [rotate, busy] = useAction(async () => {
		setProblem();
		setDone();
		const retire = same ? undefined : form.retire === "later" ? form.after : form.retire;
		setDone({ ...form, key: await post("keys/rotate", { retire, publish: form.publish, kid: form.kid }), old: active.kid });
	}, { failed: setProblem });
	const submit = (event) => {
		event.preventDefault();
		busy || rotate();
	};
	return html`<section class="card" aria-labelledby=${id}>
		<h2 id=${id}>Rotate</h2>
		<form class="stack" novalidate onSubmit=${submit} aria-label="Rotate">
			<div class="fields">
				<${SelectField} label="The new key" value=${form.publish} onValue=${set("publish")} options=${[["now", "is in the JWKS now"], ["later", "signs before it is in the JWKS"]]}
					hint=${form.publish === "later" ? "Until you publish it nobody can verify what it signs." : "Receivers that keep a JWKS have to fetch it anew."} />
				<${SelectField} label="Its kid" value=${form.kid} onValue=${set("kid")} options=${[["new", "is its own"], ["same", "is the old key's"]]}
					hint=${same ? "No vendor should do that: a receiver that keeps keys by kid has the wrong one." : undefined} />
				${same ? html`<p class="muted fate">The old key is gone at once, because the new one takes its place.</p>` : html`
					<${SelectField} label="The old key" value=${form.retire} onValue=${set("retire")} options=${retirements} errors=${form.retire === "later" ? [] : problem?.at?.("retire") ?? []} />
					${form.retire === "later" && html`<${TextField} label="After" value=${form.after} onValue=${set("after")} errors=${problem?.at?.("retire") ?? []} hint="A duration on the mock's clock, such as 30m or 1h." />`}`}
			</div>
			<${Wrong} problem=${problem} fields=${["retire"]} />
			<div class="buttons"><button type="submit" class="primary" aria-busy=${busy}>Rotate</button></div>
			${done && html`<div class="notice" role="status">
				<p>${told(done)}</p>
				<a class="button" href=${to("trigger")}>Trigger an event</a>
			</div>`}
		</form>
	</section>`;
}

// told says what a rotation has done.
function told({ key, old, retire, after, publish, kid }) {
	const signs = kid === "same" ? `A new key signs now, under the old kid ${key.kid}` : `The key ${key.kid} signs now`;
	const where = publish === "later" ? ", and is not in the JWKS until you publish it." : ".";
	const fate = kid === "same" ? "" : { never: ` ${old} stays in the JWKS.`, now: ` ${old} has left the JWKS.`, later: ` ${old} leaves the JWKS after ${after}.` }[retire];
	return signs + where + fate;
}
