// Seeds. They have up to 20 digits, which is more than JavaScript counts exactly:
// the page has them as texts.

// withSeed is a request as JSON that has a seed too. What is no number goes along
// as a text, for the mock to refuse.
export function withSeed(request, seed) {
	const members = JSON.stringify(request).slice(1, -1);
	return `{${members}${members && ","}"seed":${/^(0|[1-9]\d*)$/.test(seed) ? seed : JSON.stringify(seed)}}`;
}
