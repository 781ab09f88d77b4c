// What the page has to say beside what is asked: that something was done, or
// could not be.
import { html, signal } from "../ui.js";

const notices = signal([]);
const shownFor = 6_000; // milliseconds; what went wrong stays until it is closed
let count = 0;

// tell shows a sentence for a while.
export function tell(text) {
	const id = show({ text });
	setTimeout(() => close(id), shownFor);
}

// complain shows what went wrong, with every place that is named.
export function complain(error) {
	console.debug(error);
	show({ text: error.message, wrong: true, errors: error.errors ?? [] });
}

function show(notice) {
	const id = ++count;
	notices.value = [...notices.value.slice(-3), { id, ...notice }];
	return id;
}

const close = (id) => (notices.value = notices.value.filter((notice) => notice.id !== id));

// Notices is where they appear; screen readers read them out.
export function Notices() {
	return html`<div class="notices" role="status" aria-live="polite">
		${notices.value.map(({ id, text, wrong, errors = [] }) => html`<div key=${id} class=${wrong ? "notice wrong" : "notice"}>
			<div>
				<p>${text}</p>
				${errors.length > 0 && html`<ul>${errors.map(({ location, message }) => html`<li><code>${location}</code> ${message}</li>`)}</ul>`}
			</div>
			<button type="button" class="quiet" aria-label="Close this message" onClick=${() => close(id)}>×</button>
		</div>`)}
	</div>`;
}
