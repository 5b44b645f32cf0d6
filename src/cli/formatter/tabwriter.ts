/** Columns as Go's text/tabwriter aligns them: a column is a run of tab-ended cells in consecutive lines. */
export interface TabwriterOptions {
	minWidth: number;
	padding: number;
}

/** docker's lists. */
export const LIST: TabwriterOptions = { minWidth: 10, padding: 3 };
/** `docker top`. */
export const TOP: TabwriterOptions = { minWidth: 20, padding: 3 };
/** `docker version`. */
export const VERSION: TabwriterOptions = { minWidth: 20, padding: 1 };

interface Line {
	cells: string[];
}

/** Aligns `text`, whose cells end in tabs (the last cell of a line does not) and whose lines end in newlines. */
export function alignColumns(text: string, options: TabwriterOptions = LIST): string {
	if (text === '') return '';
	const endsInNewline = text.endsWith('\n');
	const lines = text.split('\n').map((line): Line => ({ cells: line.split('\t') }));
	if (endsInNewline) lines.pop();
	const widths = lines.map((line) => new Array<number>(line.cells.length).fill(0));
	measure(lines, widths, 0, lines.length, 0, options);
	const aligned = lines.map((line, row) =>
		line.cells
			.map((cell, column) =>
				column === line.cells.length - 1
					? cell
					: cell + ' '.repeat(Math.max(0, (widths[row]?.[column] ?? 0) - displayWidth(cell))),
			)
			.join(''),
	);
	return aligned.join('\n') + (endsInNewline ? '\n' : '');
}

/** Sets the width of `column` for each run of lines in [from, to) that has that column, then of the columns to its right. */
function measure(
	lines: Line[],
	widths: number[][],
	from: number,
	to: number,
	column: number,
	options: TabwriterOptions,
): void {
	let row = from;
	while (row < to) {
		if (column >= (lines[row]?.cells.length ?? 0) - 1) {
			row++;
			continue;
		}
		let end = row;
		let width = options.minWidth;
		while (end < to && column < (lines[end]?.cells.length ?? 0) - 1) {
			const cell = displayWidth(lines[end]?.cells[column] ?? '');
			width = Math.max(width, cell + options.padding);
			end++;
		}
		for (let at = row; at < end; at++) {
			const line = widths[at];
			if (line) line[column] = width;
		}
		measure(lines, widths, row, end, column + 1, options);
		row = end;
	}
}

/** Columns a string takes on a terminal: East Asian wide characters take two. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const char of text) width += isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
	return width;
}

/** What East Asian fonts draw two columns wide. */
const WIDE: [first: number, last: number][] = [
	[0x1100, 0x115f],
	[0x2e80, 0x303e],
	[0x3041, 0xa4cf],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe30, 0xfe6f],
	[0xff00, 0xff60],
	[0xffe0, 0xffe6],
	[0x1f300, 0x1faff],
	[0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
	return code >= 0x1100 && WIDE.some(([first, last]) => code >= first && code <= last);
}
