import { html } from "../../ui.js";

export const RunView = () => html`<section class="page"><h1>Run</h1></section>`;
