import { html } from "../../ui.js";

export const DeliveryView = () => html`<section class="page"><h1>Delivery</h1></section>`;
