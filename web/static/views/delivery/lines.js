// What differs between two texts, line by line.

// The longest common subsequence takes a table of so many places at most; texts
// that differ in more than that are shown one after the other.
const mostPlaces = 4_000_000;

// differences is {lines, bounded}: lines of {kind, text}, "same", "old" or "new",
// and whether too much differs to be compared.
export function differences(oldText, newText) {
	const a = oldText.split("\n"), b = newText.split("\n");
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) {
		start++;
	}
	let end = 0;
	while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) {
		end++;
	}
	const old = a.slice(start, a.length - end), fresh = b.slice(start, b.length - end);
	const bounded = old.length * fresh.length > mostPlaces;
	const same = (text) => ({ kind: "same", text });
	return {
		bounded,
		lines: [
			...a.slice(0, start).map(same),
			...(bounded ? apart(old, fresh) : subsequence(old, fresh)),
			...a.slice(a.length - end).map(same),
		],
	};
}

const apart = (old, fresh) => [
	...old.map((text) => ({ kind: "old", text })),
	...fresh.map((text) => ({ kind: "new", text })),
];

function subsequence(old, fresh) {
	const width = fresh.length + 1;
	const longest = new Uint32Array((old.length + 1) * width); // of what follows old[i] and fresh[j]
	for (let i = old.length - 1; i >= 0; i--) {
		for (let j = fresh.length - 1; j >= 0; j--) {
			longest[i * width + j] = old[i] === fresh[j]
				? longest[(i + 1) * width + j + 1] + 1
				: Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
		}
	}
	const lines = [];
	let i = 0, j = 0;
	while (i < old.length || j < fresh.length) {
		if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
			lines.push({ kind: "same", text: old[i++] });
			j++;
		} else if (i < old.length && (j === fresh.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
			lines.push({ kind: "old", text: old[i++] });
		} else {
			lines.push({ kind: "new", text: fresh[j++] });
		}
	}
	return lines;
}

// hunks groups lines for reading: {kind: "changed", old: [], fresh: []}, {kind:
// "same", lines: []}, and {kind: "folded", lines: []} for what is the same and
// further than near lines from a change.
export function hunks(lines, near = 3) {
	const groups = [];
	for (const { kind, text } of lines) {
		const group = kind === "same" ? "same" : "changed";
		if (groups.at(-1)?.kind !== group) {
			groups.push(group === "same" ? { kind: "same", lines: [] } : { kind: "changed", old: [], fresh: [] });
		}
		const last = groups.at(-1);
		(kind === "same" ? last.lines : kind === "old" ? last.old : last.fresh).push(text);
	}
	return groups.flatMap((group, i) => (group.kind === "same" ? folded(group.lines, i === 0 ? 0 : near, i === groups.length - 1 ? 0 : near) : [group]));
}

function folded(lines, before, after) {
	if (lines.length <= before + after + 1) {
		return [{ kind: "same", lines }];
	}
	return [
		{ kind: "same", lines: lines.slice(0, before) },
		{ kind: "folded", lines: lines.slice(before, lines.length - after) },
		{ kind: "same", lines: lines.slice(lines.length - after) },
	].filter((group) => group.lines.length > 0);
}

// common is how many characters two lines begin with alike.
export function common(one = "", other = "") {
	let i = 0;
	while (i < one.length && i < other.length && one[i] === other[i]) {
		i++;
	}
	return i;
}
