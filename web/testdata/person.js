// What a person sees of the page and can reach in it, for the tests. It runs
// before the page's own scripts; Content-Security-Policy does not concern it.
globalThis.person = (() => {
	const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();

	const shown = (element) => element.getClientRects().length > 0 && element.checkVisibility({ visibilityProperty: true });

	const all = (scope, selector) => [...document.querySelectorAll(scope)]
		.flatMap((part) => [...part.querySelectorAll(selector)]).filter(shown);

	// As a screen reader would say it: not what is hidden from it, nor fields.
	const spoken = (node) => {
		if (node.nodeType === Node.TEXT_NODE) {
			return node.data;
		}
		if (node.nodeType !== Node.ELEMENT_NODE || node.ariaHidden === "true" || node.matches("input, select, textarea")) {
			return "";
		}
		const { display } = getComputedStyle(node);
		if (display === "none") {
			return "";
		}
		const text = node.ariaLabel ?? node.alt ?? [...node.childNodes].map(spoken).join("");
		return display.startsWith("inline") ? text : ` ${text} `;
	};

	const nameOf = (element) => {
		const ids = element.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
		const by = ids.map((id) => document.getElementById(id)).filter(Boolean);
		const labels = by.length ? by : [...(element.labels ?? [])];
		const own = element.matches("input[type=submit], input[type=button]") ? element.value : spoken(element);
		const names = [by.length ? "" : element.ariaLabel, labels.map(spoken).join(" "), own, element.title, element.placeholder];
		return names.map(squeeze).find(Boolean) ?? "";
	};

	const kinds = {
		control: "button, a[href], summary, input, " +
			["button", "link", "tab", "option", "menuitem", "checkbox", "switch", "radio"].map((role) => `[role=${role}]`).join(", "),
		field: "input, textarea, select, [contenteditable=true], [role=textbox], [role=combobox]",
	};

	// Whole names before their beginnings: "Deliveries" also finds "Deliveries 12".
	const called = (scope, kind, name) => {
		const named = all(scope, kinds[kind]).map((element) => ({ element, name: nameOf(element) }));
		const whole = named.filter((one) => one.name === name);
		const found = whole.length ? whole : named.filter((one) => one.name.startsWith(`${name} `));
		if (found.length === 1) {
			return { element: found[0].element };
		}
		const names = named.map((one) => JSON.stringify(one.name)).slice(0, 60).join(", ");
		return { why: `${found.length} of the ${kind}s are called ${JSON.stringify(name)}; there are: ${names}` };
	};

	const frame = () => new Promise((next) => {
		requestAnimationFrame(next);
		setTimeout(next, 100); // a tab in the background is not drawn
	});

	// Asks again with every frame until the answer has no why, or patience ends.
	const until = async (patience, look) => {
		const end = performance.now() + patience;
		for (;;) {
			const answer = look();
			if (!answer.why || performance.now() > end) {
				return answer;
			}
			await frame();
		}
	};

	// What a click is aimed at, until it comes: a page that is still loading may move
	// that away, also while the button is down.
	let aimed;
	addEventListener("click", ({ target }) => {
		if (aimed && [aimed, ...(aimed.labels ?? [])].some((one) => one.contains(target))) {
			aimed = undefined;
		}
	}, true);

	// Where to click: on what stands still, is enabled, and lies under nothing.
	const point = (patience, scope, kind, name) => {
		let before = "";
		return until(patience, () => {
			const { element, why } = called(scope, kind, name);
			if (why) {
				return { why };
			}
			if (element.matches(":disabled, [aria-disabled=true]")) {
				return { why: `${JSON.stringify(name)} is disabled` };
			}
			element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
			const box = element.getClientRects()[0];
			const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
			const now = `${x} ${y}`;
			if (now !== before) {
				before = now;
				return { why: `${JSON.stringify(name)} moves` };
			}
			const top = document.elementFromPoint(x, y);
			const labels = [...(element.labels ?? [])];
			if (![element, ...labels].some((one) => one === top || one.contains(top))) {
				return { why: `${JSON.stringify(name)} is covered by ${top?.outerHTML.slice(0, 200)}` };
			}
			aimed = element;
			return { x, y };
		});
	};

	const read = (scope) => squeeze([...document.querySelectorAll(scope)].filter(shown)
		.flatMap((part) => [part.innerText, ...all(scope, "input, textarea, select").filter((field) => part.contains(field))
			.map((field) => field.selectedOptions?.[0]?.text ?? field.value)]).join(" "));

	const letter = (character) => /[\p{L}\p{N}]/u.test(character ?? "");

	// Whole words: who looks for "live" does not mean "Deliveries".
	const holds = (said, text) => {
		for (let at = said.indexOf(text); at >= 0; at = said.indexOf(text, at + 1)) {
			const end = at + text.length;
			if (!(letter(text[0]) && letter(said[at - 1])) && !(letter(text.at(-1)) && letter(said[end]))) {
				return true;
			}
		}
		return false;
	};

	const see = (patience, scope, text, wanted) => until(patience, () => {
		const said = read(scope);
		return holds(said, squeeze(text)) === wanted ? {} : { why: `the page says: ${said.slice(0, 3000)}` };
	});

	const choose = async (patience, scope, name, option) => {
		let select;
		const answer = await until(patience, () => {
			const { element, why } = called(scope, "field", name);
			if (why) {
				return { why };
			}
			select = element;
			const texts = [...(element.options ?? [])].map((one) => squeeze(one.text));
			return texts.includes(option) ? { index: texts.indexOf(option) } : { why: `${JSON.stringify(name)} offers ${JSON.stringify(texts)}` };
		});
		if (!answer.why) {
			select.focus();
			select.selectedIndex = answer.index;
			select.dispatchEvent(new Event("input", { bubbles: true }));
			select.dispatchEvent(new Event("change", { bubbles: true }));
		}
		return answer;
	};

	const text = (patience, selector) => until(patience, () => {
		const element = all("html", selector)[0];
		return element ? { text: element.innerText } : { why: `nothing is shown that matches ${selector}` };
	});

	const rows = (scope, selector) => all(scope, selector).map((row) => [...row.children].map((cell) => squeeze(cell.innerText)));

	const tasks = [];
	const note = (entries) => tasks.push(...entries.map((entry) => entry.duration));
	const observer = new PerformanceObserver((list) => note(list.getEntries()));
	observer.observe({ type: "longtask" });

	// A promise that somebody waits for: the browser alone would not keep it.
	const held = new Set();
	const hold = (value) => {
		if (value instanceof Promise) {
			held.add(value);
			value.catch(() => {}).then(() => held.delete(value));
		}
		return value;
	};

	// The durations of long tasks since the last call, in milliseconds.
	const longTasks = async () => {
		await frame();
		await frame();
		note(observer.takeRecords());
		return tasks.splice(0);
	};

	// A page that catches what the policy stops would leave no trace of it.
	addEventListener("securitypolicyviolation", (event) => {
		console.error(`Content Security Policy: ${event.violatedDirective} stopped ${event.blockedURI}`);
	});

	return { hold, until, point, missed: () => aimed !== undefined, see, choose, text, rows, longTasks, frame };
})();
