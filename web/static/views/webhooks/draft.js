// What somebody edits of something that others may change meanwhile.
import { useEffect, useLayoutEffect, useRef, useState } from "../../ui.js";

// kept are the edits that are not saved, {base, form} by their place, also while
// another view is open.
const kept = new Map();

// useDraft is a form for a resource: what useResource returns, whose data is null
// when there is none. Place is its path: edits are kept under it. FormOf makes the
// form of the data, bodyOf the request's body of the form; both are the same in
// each drawing. Alone names members that bodyOf(form, base) leaves out unless they
// were edited: until then they follow what the mock has.
//  - form, and change(members) to edit it; body, as it would be sent,
//  - edited: it is not as it was read,
//  - stale: it is edited, and somebody else has saved something else meanwhile;
//    load() takes that over,
//  - save(send): has send(body) ask the mock, whose answer is the new data,
//  - adopt(data): this is what the mock has now, whatever is still to be read,
//  - settle(members): so of some members of the form; the others stay as they are,
//  - saving, outcome: "saved", "replaced" or nothing, and problem with sent, the
//    form that it is about.
export function useDraft({ data, reload }, { place, formOf, bodyOf, alone = [] }) {
	const [state, setState] = useState(() => kept.get(place) ?? {});
	const [{ saving = false, problem, sent, outcome }, setSaving] = useState({});
	const old = useRef(); // data that was read before a save and says nothing any longer
	const read = useRef();
	read.current = data;

	const fresh = data !== undefined && data !== old.current && !saving;
	const theirs = fresh ? formOf(data) : undefined;
	const { base, form } = fresh && state.form ? followed(state, theirs, alone) : state;
	const body = form && bodyOf(form, base);
	const same = (a, b) => JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b));
	const edited = form !== undefined && !same(form, base);
	const moved = fresh && form !== undefined && (!same(theirs, base) || (data === null) !== (base.none ?? false));

	const load = () => {
		setState(fresh ? begun(formOf, data) : { base, form: base });
		setSaving({});
	};
	useLayoutEffect(() => { // at once: the view may be left before the next drawing
		edited ? kept.set(place, { base, form }) : kept.delete(place);
		if (base !== state.base) {
			setState({ base, form });
		}
	}, [base, form]);
	useEffect(() => {
		if (data !== old.current) {
			old.current = undefined;
		}
		if (fresh && (form === undefined || moved && (!edited || same(form, theirs)))) {
			setState(begun(formOf, data));
			setSaving((was) => (form === undefined ? was : {}));
		}
	}, [data, saving]);

	const adopt = (now, sent) => {
		old.current = read.current;
		const anew = begun(formOf, now);
		// What was typed while it was saved is an edit of what was saved.
		setState((was) => (sent === undefined || was.form === sent ? anew : { ...followed(was, anew.form, alone), base: anew.base }));
		reload();
	};
	const settle = (members) => {
		old.current = read.current;
		setState((was) => taking(was, members));
		reload();
	};
	const save = async (send) => {
		setSaving({ saving: true });
		try {
			const replaced = read.current != null;
			const saved = await send(body);
			if (kept.get(place)?.form === form) {
				kept.delete(place); // the view may have been left meanwhile
			}
			adopt(saved, form);
			setSaving({ outcome: replaced ? "replaced" : "saved" });
			return true;
		} catch (problem) {
			setSaving({ problem, sent: form });
			return false;
		}
	};
	const change = (members) => {
		setState((was) => ({ ...was, form: { ...was.form, ...members } }));
		setSaving(({ problem, sent }) => ({ problem, sent }));
	};
	return { form, change, body, edited, stale: moved && edited && !same(form, theirs), load, save, adopt, settle, saving, problem, sent, outcome };
}

const begun = (formOf, data) => ({ base: { ...formOf(data), none: data === null }, form: formOf(data) });

// taking has members of the form be as they are in the mock.
const taking = ({ base, form }, members) => ({ base: { ...base, ...members }, form: { ...form, ...members } });

// followed takes what is new of these members, unless they were edited.
function followed(state, theirs, members) {
	const { base, form } = state;
	const news = members.filter((member) => form[member] === base[member] && theirs[member] !== base[member]);
	return news.length === 0 ? state : taking(state, Object.fromEntries(news.map((member) => [member, theirs[member]])));
}
