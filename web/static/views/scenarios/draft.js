// Texts of scenarios that were not saved yet. They outlive a reload and other
// views, and end with the tab.
import { useEffect, useLayoutEffect, useState } from "../../ui.js";

// useText is the text that is edited, kept under a key while it differs from what
// it was made of. It begins with start. There is what the mock has now, undefined
// when it has nothing that this text would replace.
//  - text, and write(text) to edit it,
//  - base: what it was made of, and edited: it is not that any longer,
//  - stale: it is edited, and somebody else has saved something else meanwhile,
//  - load() takes over what is there, which a text without edits does by itself,
//  - saved(text): this is in the mock now.
export function useText(key, start, there) {
	const [{ base, text }, setState] = useState(() => ({ base: start, text: start, ...draftOf(key) }));
	const edited = text !== base;
	const stale = edited && there !== undefined && there !== base && there !== text;
	const load = () => setState({ base: there ?? start, text: there ?? start });
	useEffect(() => {
		if (there !== undefined && there !== base && !stale) {
			load();
		}
	}, [there, text]);
	useLayoutEffect(() => (edited ? keep(key, { base, text }) : forget(key)), [key, base, text]);
	return {
		text, base, edited, stale, load,
		write: (text) => setState(({ base }) => ({ base, text })),
		saved: (base) => setState(({ text }) => ({ base, text })), // what was typed meanwhile is an edit of it
	};
}

const keyOf = (name) => `scenario ${name}`;

// draftOf is what was kept for a scenario: {base, text}, undefined when nothing
// was.
export function draftOf(name) {
	try {
		return JSON.parse(sessionStorage.getItem(keyOf(name))) ?? undefined;
	} catch {
		return undefined; // the browser stores nothing
	}
}

function keep(name, draft) {
	try {
		sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
	} catch {
		// It is kept for as long as the editor is open.
	}
}

// forget drops what was kept.
export function forget(name) {
	try {
		sessionStorage.removeItem(keyOf(name));
	} catch {
		// Nothing was kept.
	}
}
