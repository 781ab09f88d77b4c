// What somebody edits of something that others may change meanwhile.
import { useEffect, useRef, useState } from "../../ui.js";

// useDraft is a form for a resource: what useResource returns, whose data is null
// when there is none. FormOf makes the form of the data, bodyOf the request's body
// of the form; both are the same in each drawing.
//  - form, and change(members) to edit it,
//  - edited: it is not as it was read,
//  - stale: it is edited, and somebody else has saved something else meanwhile;
//    load() takes that over,
//  - save(send): has send(body) ask the mock, whose answer is the new data,
//  - adopt(data): this is what the mock has now, whatever is still to be read,
//  - saving, outcome: "saved", "replaced" or nothing, and problem with sent, the
//    form that it is about.
export function useDraft({ data, reload }, { formOf, bodyOf }) {
	const [{ base, form }, setState] = useState({});
	const [{ saving = false, problem, sent, outcome }, setSaving] = useState({});
	const old = useRef(); // data that was read before a save and says nothing any longer
	const read = useRef();
	read.current = data;

	const same = (a, b) => JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b));
	const fresh = data !== undefined && data !== old.current && !saving;
	const edited = form !== undefined && !same(form, base);
	const theirs = fresh ? formOf(data) : undefined;
	const moved = fresh && form !== undefined && (!same(theirs, base) || (data === null) !== (base.none ?? false));

	const load = () => {
		setState(begun(formOf, data));
		setSaving({});
	};
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
		// What was typed while it was saved is an edit of what was saved.
		setState((was) => (sent === undefined || was.form === sent ? begun(formOf, now) : { ...was, base: begun(formOf, now).base }));
		reload();
	};
	const save = async (send) => {
		setSaving({ saving: true });
		try {
			const replaced = read.current != null;
			const saved = await send(bodyOf(form));
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
	return { form, change, edited, stale: moved && edited && !same(form, theirs), load, save, adopt, saving, problem, sent, outcome };
}

const begun = (formOf, data) => ({ base: { ...formOf(data), none: data === null }, form: formOf(data) });
