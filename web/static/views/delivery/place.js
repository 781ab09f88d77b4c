// Where things of time stand on a line of limited length.

// spread puts times, in milliseconds and in order, on a line from 0 to 1: by
// their distance, but no two of them closer than least, so that those which
// crowd can be told apart. When least is too much for so many, all of them stand
// evenly.
export function spread(times, least) {
	const gaps = times.slice(1).map((time, i) => time - times[i]);
	if (gaps.length === 0) {
		return times.map(() => 0);
	}
	const narrow = Math.min(least, 1 / gaps.length);
	let wide = gaps.map((gap, i) => i); // the gaps that are drawn to scale
	let scale = 0;
	for (;;) {
		const room = 1 - narrow * (gaps.length - wide.length);
		const whole = wide.reduce((sum, i) => sum + gaps[i], 0);
		scale = whole > 0 ? room / whole : 0;
		const kept = wide.filter((i) => gaps[i] * scale > narrow);
		if (kept.length === wide.length) {
			break;
		}
		wide = kept;
	}
	const scaled = new Set(wide);
	let place = 0;
	return [0, ...gaps.map((gap, i) => (place = Math.min(1, place + (scaled.has(i) ? gap * scale : narrow))))];
}

// placeOf is where another time stands between those that were spread: 0 before
// them, 1 after, and with the last of those that were at that very time.
export function placeOf(time, times, places) {
	const after = times.findIndex((one) => one > time);
	if (after === 0 || times.length === 0) {
		return 0;
	}
	if (after < 0) {
		return time > times.at(-1) ? 1 : places.at(-1);
	}
	const part = (time - times[after - 1]) / (times[after] - times[after - 1]);
	return places[after - 1] + part * (places[after] - places[after - 1]);
}

// roomy chooses the first place, and those that have so much room before them,
// for words below them, and the last one endRoom; the last place is one of them
// whenever it is so far from the first.
export function roomy(places, room, endRoom) {
	const chosen = new Set();
	const last = places.at(-1);
	let before = -Infinity;
	places.forEach((place, i) => {
		const end = i === places.length - 1;
		if (i === 0 || place - before >= (end ? endRoom : room) && (end || last - place >= endRoom)) {
			chosen.add(i);
			before = place;
		}
	});
	return chosen;
}
