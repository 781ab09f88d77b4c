// What the page has to say beside what is asked: that something was done, or
// could not be.
import { html, signal } from "../ui.js";
import { route } from "../route.js";
import { forPeople } from "../mock/api.js";

const notices = signal([]);
const shownFor = 6_000; // milliseconds; what went wrong stays until it is closed, or one goes elsewhere
const most = 3;
let count = 0;

let place = ""; // the view, and what is open in it
route.subscribe(({ path }) => {
	const before = place;
	place = path.slice(0, 2).join("/");
	if (place !== before) {
		notices.value = notices.peek().filter(({ wrong }) => !wrong);
	}
});

// tell shows a sentence for a while.
export function tell(text) {
	const id = show({ text });
	setTimeout(() => close(id), shownFor);
}

// complain shows what went wrong, with every place that is named.
export function complain(error) {
	console.debug(error);
	show({ text: forPeople(error), wrong: true, errors: error.errors ?? [] });
}

// show adds a notice, in the place of one that says the same.
function show(notice) {
	const id = ++count;
	const others = notices.value.filter((other) => !same(other, notice));
	notices.value = [...others, { id, ...notice }].slice(-most);
	return id;
}

const same = ({ id, ...one }, other) => JSON.stringify(one) === JSON.stringify(other);

const close = (id) => (notices.value = notices.value.filter((notice) => notice.id !== id));

// Notices is where they appear; screen readers read them out.
export function Notices() {
	return html`<div class="notices" role="status" aria-live="polite">
		${notices.value.map(({ id, text, wrong, errors = [] }) => html`<div key=${id} class=${wrong ? "notice wrong" : "notice"}>
			<div>
				<p>${text}</p>
				${errors.length > 0 && html`<ul>${errors.map((error) => html`<li><code>${error.location}</code> ${forPeople(error)}</li>`)}</ul>`}
			</div>
			<button type="button" class="quiet" aria-label="Close this message" onClick=${() => close(id)}>×</button>
		</div>`)}
	</div>`;
}
