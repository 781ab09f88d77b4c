import { html } from "../../ui.js";

export const ClockView = () => html`<section class="page"><h1>Clock</h1></section>`;
