// The same request for a shell and for a scenario.
import { html } from "../../ui.js";
import { address } from "../../mock/api.js";
import { Code } from "../../parts/code.js";
import { curlOf } from "../../parts/curl.js";
import { withSeed } from "../../mock/seed.js";
import { step } from "./yaml.js";

// Commands shows a trigger with its seed.
export function Commands({ trigger, seed }) {
	const curl = curlOf({ method: "POST", url: address("triggers"), headers: { "Content-Type": "application/json" }, body: withSeed(trigger, seed) });
	return html`<section class="card commands" aria-labelledby="trigger-same">
		<h2 id="trigger-same">The same request</h2>
		<${Code} label="cURL" text=${curl} />
		<${Code} label="Step of a scenario" text=${step(trigger, seed)} />
	</section>`;
}
