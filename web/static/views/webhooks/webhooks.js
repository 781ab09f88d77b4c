import { html } from "../../ui.js";

export const WebhooksView = () => html`<section class="page"><h1>Webhooks</h1></section>`;
