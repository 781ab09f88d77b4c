// The fields that Uqudo's two kinds of webhooks share: the URL, and how the
// receiver knows who is calling.
import { html, useId } from "../../ui.js";
import { SelectField, TextField } from "../../parts/field.js";
import { URLField } from "./form.js";
import { SecretField } from "./secret.js";

const mostHeaders = 5;

const types = [["NONE", "None"], ["BASIC_AUTHENTICATION", "Basic Authentication"], ["CUSTOM_HEADERS", "Custom Headers"]];

const hints = {
	NONE: "Nothing is sent along.",
	BASIC_AUTHENTICATION: "Every request has an Authorization header with the user ID and the password.",
	CUSTOM_HEADERS: `Every request has these headers, 1 to ${mostHeaders}, as they are written here.`,
};

// placed are the members whose errors Security shows.
export const placed = ["url", "securityType", "userId", "password", "customHeaders"];

let rows = 0;

// row is a header in the form. Its key stays its own when others are removed.
const row = ({ name = "", value = "" } = {}) => ({ key: ++rows, name, value });

// formOf is the form of a webhook, or of none.
export const formOf = (webhook) => ({
	url: webhook?.url ?? "",
	securityType: webhook?.securityType ?? "NONE",
	userId: webhook?.userId ?? "",
	password: webhook?.password ?? "",
	customHeaders: (webhook?.customHeaders ?? [{}]).map(row),
});

// bodyOf is the webhook that a form says. What belongs to another security type
// stays in the form alone, for whoever chooses that again.
export function bodyOf({ url, securityType, userId, password, customHeaders }) {
	switch (securityType) {
	case "BASIC_AUTHENTICATION":
		return { url, securityType, userId, password };
	case "CUSTOM_HEADERS":
		return { url, securityType, customHeaders: customHeaders.map(({ name, value }) => ({ name, value })) };
	default:
		return { url, securityType };
	}
}

// Security is these fields, for the form of a draft. Inside says where in the
// request's body they are: "" or "webhook.".
export function Security({ account, draft: { form, change, problem, sent }, inside = "", children }) {
	const at = (member) => problem?.at?.(inside + member) ?? [];
	const set = (member) => (value) => change({ [member]: value });
	return html`<div class="fields">
		<${URLField} value=${form.url} onValue=${set("url")} account=${account} errors=${at("url")} />
		<${SelectField} label="Security type" value=${form.securityType} onValue=${set("securityType")} options=${types} hint=${hints[form.securityType]} errors=${at("securityType")} />
		${form.securityType === "BASIC_AUTHENTICATION" && html`
			<${TextField} label="User ID" value=${form.userId} onValue=${set("userId")} errors=${at("userId")} />
			<${SecretField} label="Password" value=${form.password} onValue=${set("password")} errors=${at("password")} />`}
		${form.securityType === "CUSTOM_HEADERS" && html`<${Headers} headers=${form.customHeaders} onHeaders=${set("customHeaders")} problem=${problem} sent=${sent?.customHeaders} place=${`${inside}customHeaders`} />`}
		${children}
	</div>`;
}

function Headers({ headers, onHeaders, problem, sent, place }) {
	const legend = useId();
	const set = (i, members) => onHeaders(headers.with(i, { ...headers[i], ...members }));
	// An error is known by its row's place in what was saved, which may not be
	// the row's place any longer.
	const errors = (key, member) => {
		const i = sent?.findIndex((row) => row.key === key) ?? -1;
		return i < 0 ? [] : problem.at(`${place}[${i}].${member}`);
	};
	const whole = (problem?.errors ?? []).filter(({ location }) => location === `body.${place}`);
	return html`<fieldset class="headers wide" aria-describedby=${whole.length > 0 ? legend : undefined}>
		<legend>Custom headers</legend>
		${whole.length > 0 && html`<ul class="wrong" id=${legend}>${whole.map(({ message }) => html`<li>${message}</li>`)}</ul>`}
		${headers.map(({ key, name, value }, i) => html`<div class="header" key=${key} data-row=${i + 1}>
			<${TextField} label=${`Header ${i + 1}`} value=${name} onValue=${(name) => set(i, { name })} errors=${errors(key, "name")} placeholder="X-Api-Key" />
			<${SecretField} label=${`Value ${i + 1}`} value=${value} onValue=${(value) => set(i, { value })} errors=${errors(key, "value")} />
			<button type="button" class="quiet" disabled=${headers.length === 1} aria-label=${`Remove header ${i + 1}`} title=${headers.length === 1 ? "At least one header is needed" : undefined} onClick=${() => onHeaders(headers.toSpliced(i, 1))}>Remove</button>
		</div>`)}
		<div class="buttons">
			<button type="button" disabled=${headers.length >= mostHeaders} onClick=${() => onHeaders([...headers, row()])}>Add a header</button>
			<span class="muted">${headers.length} of ${mostHeaders}</span>
		</div>
	</fieldset>`;
}
