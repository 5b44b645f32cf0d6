/** The sentence with `(did you mean …?)` when one of the words is at most two letters away from the one that was given. */
export function suggest(sentence: string, given: string, words: readonly string[]): string {
	let best = '';
	let least = 3;
	for (const word of words) {
		if (word === given) return sentence;
		if (Math.abs(word.length - given.length) >= least) continue;
		const far = distance(word, given);
		if (far < least) [best, least] = [word, far];
	}
	return best === '' ? sentence : `${sentence} (did you mean ${best}?)`;
}

/** Letters to add, to take away or to change. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_none, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
