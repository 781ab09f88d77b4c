// One scenario as the mock has it now.
import { useRef } from "../../ui.js";
import { get } from "../../mock/api.js";
import { useResource } from "../../mock/resource.js";

const pathOf = (name) => `scenarios/${encodeURIComponent(name)}`;

// useStory reads the scenario called name: {story, gone, error, reload}. Story
// stays as it was when the mock has none of this name any longer, which is gone,
// and when it does not answer. A null name is nothing to read.
export function useStory(name) {
	const last = useRef();
	const changes = (entry) => entry.kind === "scenario" && entry.id === name && (entry.data === null ? "gone" : true);
	const { data, error, reload } = useResource(name ? pathOf(name) : null, { changes });
	last.current = data ?? last.current;
	return { story: last.current, gone: error?.status === 404, error, reload };
}

// textNow is the text of a scenario at this moment, undefined when there is none.
// It asks the list first: what is not found would be an error on the console.
export async function textNow(name) {
	const { scenarios } = await get("scenarios");
	return scenarios.some((one) => one.name === name) ? (await get(pathOf(name))).yaml : undefined;
}
