// The rotation of the key that signs.
import { html, useId, useRef, useState } from "../../ui.js";
import { to } from "../../route.js";
import { post } from "../../mock/api.js";
import { useAction } from "../../parts/action.js";
import { SelectField, TextField, Wrong } from "../../parts/field.js";
import { useFirstWrong } from "../../parts/focus.js";

const retirements = [["never", "stays in the JWKS"], ["now", "leaves the JWKS now"], ["later", "leaves the JWKS after a while"]];

// Rotate makes a new key that signs in place of the active one, which is the first
// of the keys.
export function Rotate({ keys, reload }) {
	const id = useId();
	const [form, setForm] = useState({ retire: "never", after: "1h", publish: "now", kid: "new" });
	const [problem, setProblem] = useState();
	const [done, setDone] = useState();
	const element = useRef();
	useFirstWrong(element, problem);
	const set = (member) => (value) => setForm((was) => ({ ...was, [member]: value }));
	const same = form.kid === "same";
	const [rotate, busy] = useAction(async () => {
		setProblem();
		setDone();
		const retire = same ? undefined : form.retire === "later" ? form.after : form.retire;
		const key = await post("keys/rotate", { retire, publish: form.publish, kid: form.kid });
		await reload();
		setDone({ ...form, key, old: keys[0].kid });
	}, { failed: setProblem });
	const submit = (event) => {
		event.preventDefault();
		busy || rotate();
	};
	return html`<section class="card" aria-labelledby=${id}>
		<h2 id=${id}>Rotate</h2>
		<form ref=${element} class="stack" novalidate onSubmit=${submit} aria-label="Rotate">
			<div class="fields">
				<${SelectField} label="The new key" value=${form.publish} onValue=${set("publish")} options=${[["now", "is in the JWKS now"], ["later", "signs before it is in the JWKS"]]}
					hint=${form.publish === "later" ? "Until you publish it, nobody can verify what it signs." : "Receivers that cache the JWKS have to fetch it again."} />
				<${SelectField} label="Its kid" value=${form.kid} onValue=${set("kid")} options=${[["new", "is its own"], ["same", "is the old key's"]]}
					hint=${same ? "No vendor should do that: a receiver that caches keys by kid then has the wrong one." : undefined} />
				${same ? html`<p class="muted fate">The old key is gone at once, because the new one takes its place.</p>` : html`
					<${SelectField} label="The old key" value=${form.retire} onValue=${set("retire")} options=${retirements} errors=${form.retire === "later" ? [] : problem?.at?.("retire") ?? []} />
					${form.retire === "later" && html`<${TextField} label="After" value=${form.after} onValue=${set("after")} errors=${problem?.at?.("retire") ?? []} hint="A duration on the mock's clock, such as 30m or 1h." />`}`}
			</div>
			<${Wrong} problem=${problem} fields=${["retire"]} />
			<div class="buttons"><button type="submit" class="primary" aria-busy=${busy}>Rotate</button></div>
			${done && holds(done, keys) && html`<div class="notice" role="status">
				<p>${told(done)}</p>
				<a class="button" href=${to("trigger")}>Trigger an event</a>
			</div>`}
		</form>
	</section>`;
}

// holds is whether the keys are still what a rotation has made of them.
function holds({ key, old, retire, publish, kid }, [active, ...others]) {
	const wasRetired = others.find((one) => one.kid === old)?.state === "retired";
	return active.kid === key.kid && active.createdAt === key.createdAt && Boolean(active.withheld) === (publish === "later") && (kid === "same" || wasRetired === (retire === "now"));
}

// told says what a rotation has done.
function told({ key, old, retire, after, publish, kid }) {
	const signs = kid === "same" ? `A new key signs from now on, under the old kid ${key.kid}` : `The key ${key.kid} signs from now on`;
	const where = publish === "later" ? ", but is not in the JWKS until you publish it." : ".";
	const fate = kid === "same" ? "" : { never: ` ${old} stays in the JWKS.`, now: ` ${old} has left the JWKS.`, later: ` ${old} leaves the JWKS after ${after}.` }[retire];
	return signs + where + fate;
}
