// Scenarios: the list, one of them, and the editor.
import { html, useEffect, useRef } from "../../ui.js";
import { unnamed } from "./address.js";
import { EditorView } from "./editor.js";
import { ScenarioList } from "./list.js";
import { ScenarioView } from "./scenario.js";

// ScenariosView shows #/scenarios, #/scenarios/~new, #/scenarios/{name} and
// #/scenarios/{name}/edit.
export function ScenariosView({ path: [name, verb], query }) {
	const here = useRef(`${name}/${verb}`);
	useEffect(() => {
		if (here.current !== `${name}/${verb}`) {
			here.current = `${name}/${verb}`;
			const main = document.getElementById("main"); // as after a page of its own was loaded
			main.scrollTop = 0;
			main.focus({ preventScroll: true });
		}
	}, [name, verb]);
	if (!name) {
		return html`<${ScenarioList} query=${query} />`;
	}
	if (name === unnamed) {
		return html`<${EditorView} key=${`new ${query.from ?? ""}`} from=${query.from} query=${query} />`;
	}
	if (verb === "edit") {
		return html`<${EditorView} key=${`edit ${name}`} name=${name} query=${query} />`;
	}
	return html`<${ScenarioView} key=${name} name=${name} query=${query} />`;
}
