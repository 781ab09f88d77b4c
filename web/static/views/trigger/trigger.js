import { html } from "../../ui.js";

export const TriggerView = () => html`<section class="page"><h1>Trigger</h1></section>`;
