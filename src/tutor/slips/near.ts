/** The known name that a mistyped one most likely stands for; null when none is near. */
export function nearest(typed: string, known: readonly string[]): string | null {
	const scored = known
		.map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
		.sort((a, b) => a.distance - b.distance);
	const best = scored[0];
	return best && best.distance <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : null;
}

/** How many slips of the finger lie between two words: a letter too many, too few or wrong, or two neighbours swapped. */
export function editDistance(a: string, b: string): number {
	let above: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				next[j] = Math.min(next[j] ?? 0, (above[j - 2] ?? 0) + 1);
		}
		above = row;
		row = next;
	}
	return row[b.length] ?? 0;
}
