import { html } from "../../ui.js";

export const KeysView = () => html`<section class="page"><h1>Keys</h1></section>`;
