// Which deliveries the filters let through.
import { useEffect, useState } from "../../ui.js";
import { get, query as queryOf } from "../../mock/api.js";

const patience = 200; // milliseconds without a keystroke before the mock is asked

// matching is a function that says whether a delivery passes the filters of a
// query. Found has the IDs of those in whose bodies the mock has found the text.
export function matching({ provider, account, status, session, event, q }, found) {
	const text = q?.toLowerCase();
	return (record) =>
		(!provider || record.provider === provider) &&
		(!account || record.account === account) &&
		(!status || record.status === status) &&
		(!event || record.event === event) &&
		(!session || (record.session ?? "").startsWith(session)) &&
		(!text || found?.has(record.id) || plain(record).includes(text));
}

// plain is what a list shows of a delivery, as one text.
const plain = ({ id, provider, event, account, webhook, url, status, session, faults, run }) =>
	[id, provider, event, account, webhook, url, status, session, run, ...faults].join(" ").toLowerCase();

// useFound has the mock look for a text in what deliveries tell and in what was
// answered, again whenever they change. It is undefined while nothing is looked
// for.
export function useFound(text, all) {
	const [found, setFound] = useState();
	useEffect(() => {
		if (!text) {
			setFound(undefined);
			return;
		}
		const controller = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const { deliveries } = await get(`deliveries${queryOf({ q: text, order: "desc", limit: 1000 })}`, { signal: controller.signal });
				setFound(new Set(deliveries.map(({ id }) => id)));
			} catch {
				// What the page has of each is looked through all the same.
			}
		}, patience);
		return () => {
			clearTimeout(timer);
			controller.abort();
		};
	}, [text, all]);
	return found;
}
