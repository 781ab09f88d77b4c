// Texts of scenarios that were not saved yet. They outlive a reload and other
// views, and end with the tab.

const keyOf = (name) => `scenario ${name}`;

// draftOf is the text that was kept for a scenario, undefined when none was.
export function draftOf(name) {
	try {
		return sessionStorage.getItem(keyOf(name)) ?? undefined;
	} catch {
		return undefined; // the browser stores nothing
	}
}

// keep remembers a text.
export function keep(name, text) {
	try {
		sessionStorage.setItem(keyOf(name), text);
	} catch {
		// It is kept for as long as the editor is open.
	}
}

// forget drops the text that was kept.
export function forget(name) {
	try {
		sessionStorage.removeItem(keyOf(name));
	} catch {
		// Nothing was kept.
	}
}
