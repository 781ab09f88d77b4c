// Where the editor is while its scenario has no name yet.
import { to } from "../../route.js";

// unnamed stands in an address in the place of a name. No scenario is called so:
// names begin with a letter.
export const unnamed = "~new";

// beginningAt is the address at which a scenario is begun; query may have {from},
// the name of the one to start from.
export const beginningAt = (query = {}) => to("scenarios", unnamed, query);
