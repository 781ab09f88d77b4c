// The texts of scenarios, as far as the page reads them. What is right and wrong
// in them is for the mock to say.
import { address } from "../../mock/api.js";

const nameLine = /^name:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#"']+))/m;

// nameIn is the name that a text gives itself, "" when it stands nowhere on a
// line of its own.
export function nameIn(text) {
	const [, ...names] = nameLine.exec(text) ?? [];
	return names.find((name) => name !== undefined) ?? "";
}

// copyOf is a scenario's text under another name.
export const copyOf = (text, name) => withSchema(text).replace(nameLine, () => `name: ${name}`);

// withSchema has editors look for the grammar at this mock, also outside the
// folder that a scenario was in.
const withSchema = (text) => text.replace(/^(# yaml-language-server: \$schema=).*/m, (_, start) => start + address("scenario.schema.json"));

// download gives the browser a text to store as a file.
export function download(text, file) {
	const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
	const link = document.createElement("a");
	link.href = url;
	link.download = file;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000); // when the browser has taken it
}

// beginning is a scenario to begin with, that can be told as it is.
export const beginning = () => `# yaml-language-server: $schema=${address("scenario.schema.json")}
name: my-story
why: >
  Which trouble of production this is, and what a receiver has to do about it.
  Here: your receiver was down for a moment, and is told again five minutes later.
provider: uqudo
vars:
  patience: {default: 2s, summary: how long the receiver may take}
steps:
  # A user of the vendor does something. Faults say what goes wrong on the way.
  - trigger: {as: result, event: enrollment, faults: [{name: reset-mid-body, on: first}]}
  # The mock's clock moves: a duration, next, or idle.
  - advance: 5m
  # An expectation is about the story itself.
  - expect: {delivery: result, at: [0m, 5m]}
  # A judgement is about the receiver.
  - judge:
      that: the retry of a result that never arrived whole is taken
      delivery: result
      attempt: 2
      status: 2xx
      within: $patience
      otherwise: Remember a session only once it was taken.
`;
