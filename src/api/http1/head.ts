import { invalid } from '#base';

/** The words that Go's server puts after a status. */
const REASONS: Record<number, string> = {
	100: 'Continue',
	101: 'UPGRADED',
	200: 'OK',
	201: 'Created',
	202: 'Accepted',
	204: 'No Content',
	206: 'Partial Content',
	304: 'Not Modified',
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	406: 'Not Acceptable',
	409: 'Conflict',
	416: 'Requested Range Not Satisfiable',
	431: 'Request Header Fields Too Large',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	503: 'Service Unavailable',
};

export interface RequestHead {
	method: string;
	path: string;
	/** Without `?`. */
	query: string;
	/** HTTP/1.N. */
	minor: 0 | 1;
	headers: Map<string, string>;
	keepAlive: boolean;
}

/** A request's first line and headers. Throws `invalid`. */
export function parseRequestHead(lines: string[]): RequestHead {
	const match = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(lines[0] ?? '');
	if (!match) throw invalid('malformed request line');
	const [, method = '', target = '', minor] = match;
	const headers = new Map<string, string>();
	for (const [name, value] of parseHeaders(lines.slice(1))) {
		const before = headers.get(name.toLowerCase());
		headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
	}
	const connection = headers.get('connection')?.toLowerCase() ?? '';
	const origin = target.replace(/^https?:\/\/[^/]*/, '');
	const mark = origin.indexOf('?');
	return {
		method,
		path: mark < 0 ? origin : origin.slice(0, mark),
		query: mark < 0 ? '' : origin.slice(mark + 1),
		minor: minor === '1' ? 1 : 0,
		headers,
		keepAlive: minor === '1' ? !connection.includes('close') : connection.includes('keep-alive'),
	};
}

export interface ResponseHead {
	status: number;
	/** As spelt on the wire, in wire order. */
	headers: [name: string, value: string][];
}

/** A response's first line and headers. Throws `invalid`. */
export function parseResponseHead(lines: string[]): ResponseHead {
	const match = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(lines[0] ?? '');
	if (!match) throw invalid(`malformed HTTP response ${JSON.stringify(lines[0] ?? '')}`);
	return { status: Number(match[1]), headers: parseHeaders(lines.slice(1)) };
}

function parseHeaders(lines: string[]): [name: string, value: string][] {
	return lines.map((line) => {
		const colon = line.indexOf(':');
		if (colon <= 0 || /\s/.test(line.slice(0, colon))) throw invalid('malformed header');
		return [line.slice(0, colon), line.slice(colon + 1).trim()];
	});
}

/** A head's bytes: first line, headers, blank line. A header's value never breaks out of its line. */
export function encodeHead(first: string, headers: readonly [string, string][]): Uint8Array {
	const lines = headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`);
	return new TextEncoder().encode(`${first}\r\n${lines.join('')}\r\n`);
}

/** `HTTP/1.1 200 OK` */
export function statusLine(status: number): string {
	return `HTTP/1.1 ${status} ${REASONS[status] ?? `status code ${status}`}`;
}
