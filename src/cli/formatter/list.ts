import { invalid, messageOf } from '#base';
import { alignColumns } from './tabwriter.ts';
import {
	DOCKER_FUNCTIONS,
	HEADER_FUNCTIONS,
	Struct,
	compileTemplate,
	marshalString,
	type Method,
	type Value,
} from './template/index.ts';

/** One column of a list: what it is called and what it shows. Methods with a parameter (`Label "x"`) have no header. */
export type Columns<Row> = Record<string, (row: Row) => string | boolean | null>;

/** How one kind of thing is listed. */
export interface ListKind<Row> {
	/** Go's name of the row's type, as error messages give it. */
	type: string;
	headers: Record<string, string>;
	columns: Columns<Row>;
	/** Rows with labels answer `{{.Label "name"}}`. */
	labels?: (row: Row) => Record<string, string> | null;
	/** What `table` alone means, without its `table `. */
	table: string;
	/** What `raw` means. */
	raw?: string;
	/** What `-q` prints. */
	quiet?: string;
	rawQuiet?: string;
}

/** Draws rows in a format: `table`, `table TEMPLATE`, `json`, `raw` or a template. Throws `invalid` in Docker's words. */
export function formatList<Row>(
	kind: ListKind<Row>,
	rows: readonly Row[],
	options: { format?: string; quiet?: boolean } = {},
): string {
	const { template, isTable } = resolveFormat(kind, options.format || 'table', options.quiet ?? false);
	const compiled = guard(() => compileTemplate(template, DOCKER_FUNCTIONS));
	const lines = rows.map((row) => `${guard(() => compiled.execute(rowValue(kind, row)))}\n`).join('');
	if (!isTable) return lines;
	return alignColumns(`${header(kind, template)}\n${lines}`);
}

/** Docker runs a list's template once on an empty row before it asks the engine. Throws `invalid`. */
export function tryFormat<Row>(kind: ListKind<Row>, format: string, empty: Row): void {
	const compiled = guard(
		() => compileTemplate(unescape(format), DOCKER_FUNCTIONS),
		'failed to parse template',
	);
	guard(() => compiled.execute(rowValue(kind, empty)), 'failed to execute template');
}

function guard<T>(work: () => T, failure = 'template parsing error'): T {
	try {
		return work();
	} catch (error) {
		throw invalid(`${failure}: ${messageOf(error)}`);
	}
}

function resolveFormat<Row>(
	kind: ListKind<Row>,
	format: string,
	quiet: boolean,
): { template: string; isTable: boolean } {
	if (format === 'json') return { template: '{{json .}}', isTable: false };
	if (format === 'raw' && kind.raw !== undefined)
		return { template: unescape(quiet && kind.rawQuiet ? kind.rawQuiet : kind.raw), isTable: false };
	if (format === 'table' || format.startsWith('table ')) {
		if (quiet && kind.quiet) return { template: kind.quiet, isTable: false };
		const own = format.slice('table'.length).trim();
		return { template: unescape(own === '' ? kind.table : own), isTable: true };
	}
	return { template: unescape(format.trim()), isTable: false };
}

/** List formats may hold `\t` and `\n` as two characters each. */
export function unescape(format: string): string {
	return format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}

function header<Row>(kind: ListKind<Row>, template: string): string {
	const headers = new Map<string, Value>(Object.entries(kind.headers));
	const label: Method = (name: string) => name.slice(name.lastIndexOf('.') + 1).replace(/[-_]/g, ' ');
	const data = new Struct('formatter.SubHeaderContext', headers, {
		methods: new Map([['Label', label]]),
		open: true,
	});
	try {
		return compileTemplate(template, HEADER_FUNCTIONS).execute(data, {});
	} catch (error) {
		// Docker ignores what goes wrong in the header and keeps what was written before it.
		const detail = (error as { detail?: { written?: string } }).detail;
		return detail?.written ?? '';
	}
}

/** A row as a template sees it. */
export function rowValue<Row>(kind: ListKind<Row>, row: Row): Struct {
	const methods = new Map<string, Method>();
	for (const [name, show] of Object.entries(kind.columns)) methods.set(name, () => show(row) ?? '<nil>');
	const { labels } = kind;
	if (labels) methods.set('Label', (name: string) => labels(row)?.[name] ?? '');
	const json = () => {
		const names = Object.keys(kind.columns).sort();
		return `{${names.map((name) => `${marshalString(name, true)}:${cell(kind.columns[name]?.(row) ?? null)}`).join(',')}}`;
	};
	return new Struct(kind.type, new Map(), { methods, json });
}

function cell(value: string | boolean | null): string {
	return typeof value === 'string' ? marshalString(value, true) : String(value);
}
