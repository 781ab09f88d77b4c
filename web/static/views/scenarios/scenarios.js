import { html } from "../../ui.js";

export const ScenariosView = () => html`<section class="page"><h1>Scenarios</h1></section>`;
