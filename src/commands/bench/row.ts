/** One line of `npm run bench`. */
export interface Row {
	id: string;
	what: string;
	value: number;
	unit: string;
	/** What we want to reach, in the same unit. */
	goal: number | null;
	/** The same thing without us, measured in the same run. */
	baseline: { what: string; value: number } | null;
}

/** Measures some rows that share a set-up; `wanted` tells which ids are asked for. */
export interface Bench {
	ids: string[];
	run(wanted: (id: string) => boolean, say: (line: string) => void): Promise<Row[]>;
}

/** The rows as a table for people. */
export function drawTable(rows: Row[]): string {
	const cells = rows.map((row) => [
		row.id,
		row.what,
		`${short(row.value)} ${row.unit}`,
		row.goal === null ? '–' : `${short(row.goal)} ${row.unit}`,
		row.baseline === null ? '–' : `${short(row.baseline.value)} ${row.unit} (${row.baseline.what})`,
	]);
	const table = [['id', 'what', 'value', 'goal', 'baseline'], ...cells];
	const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
	return table
		.map((line) =>
			line
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

function short(value: number): string {
	return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
