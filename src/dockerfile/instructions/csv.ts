import { invalid } from '#base';

/** The fields of one line of comma-separated values; a field may stand in quotes. Throws `invalid` in the words of Go's csv reader. */
export function splitCsv(line: string): string[] {
	const fields: string[] = [];
	let at = 0;
	for (;;) {
		const { field, end } = line[at] === '"' ? quoted(line, at) : bare(line, at);
		fields.push(field);
		if (end >= line.length) return fields;
		at = end + 1;
	}
}

function bare(line: string, start: number): { field: string; end: number } {
	const comma = line.indexOf(',', start);
	const end = comma < 0 ? line.length : comma;
	const field = line.slice(start, end);
	const mark = field.indexOf('"');
	if (mark >= 0) throw wrong(start + mark + 1, 'bare " in non-quoted field');
	return { field, end };
}

function quoted(line: string, start: number): { field: string; end: number } {
	let field = '';
	for (let at = start + 1; ;) {
		const mark = line.indexOf('"', at);
		if (mark < 0) throw wrong(line.length + 1, 'extraneous or missing " in quoted-field');
		field += line.slice(at, mark);
		const next = line[mark + 1];
		if (next === undefined || next === ',') return { field, end: mark + 1 };
		if (next !== '"') throw wrong(mark + 1, 'extraneous or missing " in quoted-field');
		field += '"';
		at = mark + 2;
	}
}

function wrong(column: number, what: string): Error {
	return invalid(`parse error on line 1, column ${column}: ${what}`);
}
