// What one can do with a delivery.
import { html } from "../../ui.js";
import { go, to } from "../../route.js";
import { post } from "../../mock/api.js";
import { faults } from "../../mock/facts.js";
import { Action } from "../../parts/action.js";
import { tell } from "../../parts/notice.js";
import { elsewhere } from "./link.js";

const tampered = "tampered"; // the fault of a changed byte

// Buttons do it, and open the delivery that comes of it.
export function Buttons({ record: { id, provider, status }, query, flying, reload }) {
	const path = `deliveries/${encodeURIComponent(id)}`;
	const over = status === "pending" ? "" : `It is ${status}: no attempt is still to come`;
	// While one is being made the button keeps the focus, and does nothing.
	const idle = flying && { "aria-disabled": "true", title: "An attempt is being made now", onClick: () => {} };
	const attempt = async () => {
		await post(`${path}/attempt`);
		await reload(); // the journal tells of it when it is over
	};
	const able = faults.value.some(({ name, providers }) => name === tampered && providers.includes(provider));
	const another = async (verb, body, what) => {
		const begun = await post(`${path}/${verb}`, body);
		tell(`${what} is on its way, and open here.`);
		go(to("deliveries", begun.id, elsewhere(query)));
	};
	return html`<div class="buttons">
		<${Action} run=${attempt} done="The next attempt is due now." disabled=${over !== ""} title=${over || "Makes the next attempt now; the others keep their times"} ...${idle || {}}>Attempt now<//>
		<${Action} run=${() => another("redeliver", undefined, "The redelivery")} title="A new delivery of the same bytes">Redeliver<//>
		<${Action} run=${() => another("duplicate", undefined, "The duplicate")} title="A copy, as if the vendor had sent it twice">Send a duplicate<//>
		<${Action} run=${() => another("redeliver", { faults: [tampered] }, "The tampered one")} disabled=${!able} title=${able ? "The same, but for one byte that is changed after signing" : "This vendor has no such fault"}>Send it tampered<//>
		<${Action} kind="danger" run=${() => post(`${path}/cancel`)} done="It is cancelled." disabled=${over !== ""} title=${over || "No attempt will follow"}>Cancel<//>
	</div>`;
}
