import type { HttpHandler } from '#api';
import { readAll, streamOf } from '#base';

export interface Answer {
	status: number;
	/** Names in lower case. */
	headers: Map<string, string>;
	bytes: Uint8Array;
	text: string;
	json: unknown;
}

/** One request to a registry, answered whole. */
export async function call(
	registry: HttpHandler,
	method: string,
	target: string,
	body?: Uint8Array | string,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const [path = '', query = ''] = target.split(/\?(.*)/s);
	const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
	const response = await registry({
		method,
		path,
		query: new URLSearchParams(query),
		headers: new Map(Object.entries(headers)),
		body: bytes ? streamOf(bytes) : null,
		signal: new AbortController().signal,
	});
	const received =
		response.body instanceof ReadableStream
			? await readAll(response.body)
			: (response.body ?? new Uint8Array());
	const text = new TextDecoder().decode(received);
	return {
		status: response.status,
		headers: new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value])),
		bytes: received,
		text,
		json: tryJson(text),
	};
}

/** The code of an answer's first error. */
export function errorCode(answer: Answer): string {
	return (answer.json as { errors?: { code: string }[] } | null)?.errors?.[0]?.code ?? '';
}

function tryJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
