// What every view wants and that seldom changes: as it was when the page last
// found the mock, but for what the vendors' settings have a say in.
import { signal } from "../ui.js";
import { get } from "./api.js";
import { listen, relist } from "./feed.js";
import { isOfSettings } from "./resource.js";

// providers are the vendors' profiles, with the accounts that there are now.
export const providers = signal([]);

// faults is the catalogue.
export const faults = signal([]);

// version is {version, commit, go, url}; url is how others reach the mock.
export const version = signal({});

// reached is where others find a path of the mock. The browser may have found it
// at another address: from within a container they differ.
export const reached = (path) => `${version.value.url || location.origin}${path}`;

// receiverOf is where the mock's own receiver listens for an account.
export const receiverOf = (account) => reached(`/_mock/receiver/${encodeURIComponent(account || "default")}`);

// titleOf is what people call a vendor.
export const titleOf = (name) => providers.value.find((profile) => profile.name === name)?.title ?? name;

relist(async (signal) => {
	const [profiles, catalogue, about] = await Promise.all([
		get("providers", { signal }), get("faults", { signal }), get("/version", { signal }),
	]);
	providers.value = profiles.providers;
	faults.value = catalogue.faults;
	version.value = about;
});

const together = 300; // milliseconds in which many changes lead to one reading

let changed = false;
let reading = false;

listen((entry) => {
	if (isOfSettings(entry)) {
		changed = true;
		reading || readAgain();
	}
});

// readAgain reads the profiles until none of them has changed meanwhile.
async function readAgain() {
	reading = true;
	try {
		while (changed) {
			await new Promise((resolve) => setTimeout(resolve, together));
			changed = false;
			providers.value = (await get("providers")).providers;
		}
	} catch {
		// The feed says so when the mock is gone, and they are read when it is found.
	} finally {
		reading = false;
	}
}
