// Whether an attempt is being made right now. The journal tells of an attempt
// when it has ended, which can take a receiver long.
import { computed, useEffect, useMemo } from "../../ui.js";
import { now } from "../../mock/clock.js";

const pause = 300; // milliseconds between two looks at an attempt that is due

// useFlight is whether the next attempt of a record is being made: then it is due,
// and no longer planned. When it comes due reload reads the record again, until
// that is so.
export function useFlight({ status, nextAt, planned = [] } = {}, reload) {
	const due = useMemo(() => computed(() => status === "pending" && nextAt != null && Date.parse(nextAt) <= now.value), [status, nextAt]).value;
	const flying = due && nextAt !== planned[0];
	useEffect(() => {
		if (due && !flying) {
			const timer = setTimeout(reload, pause);
			return () => clearTimeout(timer);
		}
	}, [due, flying, planned, reload]);
	return flying;
}
