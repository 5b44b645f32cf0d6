import { readAll, streamOf } from '#base';
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';

/** One answered call to the Engine API, as plain data: what somebody looking over the caller's shoulder would know of it. */
export interface ApiCall {
	method: string;
	/** Without the version prefix. */
	path: string;
	/** The query as it was sent, without `?`. */
	query: string;
	/** The JSON that was sent, `null` without any. */
	request: unknown;
	status: number;
	/** The JSON that came back from a call that failed or made something, otherwise `null`. */
	response: unknown;
}

/** A command with this in its environment looks on behalf of somebody who watches the learner: it is not observed itself. */
export const UNOBSERVED = 'DRYDOCK_UNOBSERVED';

const LARGEST_JSON = 256 * 1024;

/** The same handler, with `listener` told of every call once it has been answered. Streams pass through untouched. */
export function observeCalls(handler: HttpHandler, listener: (call: ApiCall) => void): HttpHandler {
	return async (request) => {
		const [sent, forwarded] = await readJson(request);
		const response = await handler(forwarded);
		listener({
			method: request.method,
			path: request.path.replace(/^\/v\d+\.\d+(?=\/)/, ''),
			query: request.query.toString(),
			request: sent,
			status: response.status,
			response: answered(request, response),
		});
		return response;
	};
}

async function readJson(request: HttpRequest): Promise<[unknown, HttpRequest]> {
	const length = Number(request.headers.get('content-length') ?? 0);
	const isJson = request.headers.get('content-type')?.startsWith('application/json') ?? false;
	if (!request.body || !isJson || length > LARGEST_JSON) return [null, request];
	const bytes = await readAll(request.body);
	return [parse(bytes), { ...request, body: streamOf(bytes) }];
}

function answered(request: HttpRequest, response: HttpResponse): unknown {
	const worthKnowing = response.status >= 400 || request.method === 'POST';
	if (!worthKnowing || !(response.body instanceof Uint8Array) || response.body.length > LARGEST_JSON)
		return null;
	return parse(response.body);
}

/** What is not JSON is nobody's concern here: the handler itself will say so. */
function parse(bytes: Uint8Array): unknown {
	if (bytes.length === 0) return null;
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		return null;
	}
}
