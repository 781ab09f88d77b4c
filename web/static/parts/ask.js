// Questions before what cannot be taken back.
import { html, useId, useRef } from "../ui.js";
import { useAction } from "./action.js";
import { useHeir } from "./focus.js";

// Ask is a button that opens a question, and runs something when the answer is
// yes, the words on the second button. The children say what will happen; done,
// when it is given, is told afterwards.
export function Ask({ label, title, yes, kind = "danger", run, done, children, ...rest }) {
	const button = useRef();
	const dialog = useRef();
	const id = useId();
	useHeir(button, dialog);
	const [act, busy] = useAction(run, { done });
	const sure = async () => {
		dialog.current.close();
		await act();
	};
	return html`<button type="button" ref=${button} class=${kind} aria-busy=${busy} onClick=${() => busy || dialog.current.showModal()} ...${rest}>${label}</button>
		<dialog ref=${dialog} aria-labelledby=${id}>
			<h2 id=${id}>${title}</h2>
			${children}
			<div class="buttons">
				<button type="button" class=${kind} onClick=${sure}>${yes}</button>
				<button type="button" autofocus onClick=${() => dialog.current.close()}>Cancel</button>
			</div>
		</dialog>`;
}
