// What the mock has of a webhook, which it may not have.
import { get, remove } from "../../mock/api.js";

let last = Promise.resolve();

// inTurn runs one after another, so that nothing is deleted between two looks.
const inTurn = (run) => (last = last.catch(() => {}).then(run));

// saved reads the webhook at a path of the control API, with its secrets; null
// when there is none. A browser reports each 404 as an error, so that the setup,
// which has an entry for each webhook that is set, is asked first: isSet looks for
// it there.
export const saved = (path, isSet) => inTurn(async () => {
	if (!isSet(await get("setup"))) {
		return null;
	}
	return get(`${path}?reveal=true`).catch((error) => {
		if (error.status === 404) {
			return null; // somebody else has deleted it meanwhile
		}
		throw error;
	});
});

// erase deletes the webhook at a path.
export const erase = (path) => inTurn(() => remove(path));
