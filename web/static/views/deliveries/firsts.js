// The first webhook of each vendor: what the page does for it, and what does the
// same in a terminal.
import { quoted } from "../../parts/curl.js";

// firsts are what the greeting offers. Config is a webhook as the vendor's own
// part of the control API takes it, and saved the one that there is, if there is
// one, in what sets the mock up.
export const firsts = [
	{
		provider: "uqudo", title: "Uqudo", event: "enrollment",
		story: "A user finishes an onboarding, and Uqudo tells the result as a signed JWS.",
		webhook: "uqudo/accounts/default/global-webhook",
		config: (url) => ({ url, securityType: "NONE" }),
		saved: ({ uqudo }) => uqudo?.accounts?.default?.globalWebhook,
	},
	{
		provider: "uip", title: "UIP", event: "identify",
		story: "Somebody shows who they are, and UIP tells the event with its HMAC.",
		webhook: "uip/businesses/default/webhook",
		config: (url) => ({ url }),
		saved: ({ uip }) => uip?.businesses?.default?.webhook,
	},
];

// commandsOf are the three commands, each with what it does. Mock and receiver
// are addresses.
export function commandsOf(first, tool, { mock, receiver }) {
	const lines = tool === "kycmock" ? kycmock : curl;
	const titles = ["Say where your receiver listens", "Have somebody finish a session", "See what was answered"];
	return lines(first, mock, receiver).map((command, i) => ({ what: titles[i], command }));
}

const curl = ({ provider, event, webhook, config }, mock, receiver) => [
	`curl -X PUT ${quoted(`${mock}/_mock/v1/${webhook}`)} \\\n  -d ${quoted(JSON.stringify(config(receiver)))}`,
	`curl -X POST ${quoted(`${mock}/_mock/v1/triggers`)} \\\n  -d ${quoted(JSON.stringify({ provider, event }))}`,
	`curl ${quoted(`${mock}/_mock/v1/deliveries?order=desc&limit=1`)}`,
];

const kycmock = ({ provider, event }, mock, receiver) => [
	`kycmock webhook set --provider ${provider} --server ${quoted(mock)} \\\n  ${quoted(receiver)}`,
	`kycmock trigger ${event} --provider ${provider} --server ${quoted(mock)}`,
	`kycmock deliveries show --latest --server ${quoted(mock)}`,
];
