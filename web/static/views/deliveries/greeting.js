// What an empty mock says.
import { html } from "../../ui.js";

export const Greeting = () => html`<section class="page"><h1>Your first webhook</h1></section>`;
