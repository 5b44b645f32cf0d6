import type { HttpRequest } from '#api';
import { invalid, readAll } from '#base';
import { isObject } from '#oci';
import { jsonFault } from '../json-fault.ts';

const LARGEST_JSON = 8 * 1024 * 1024;

/** The JSON object of a request's body. Throws `invalid` in Docker's words; an empty body is `{}` when `optional`. */
export async function jsonBody<T extends object>(request: HttpRequest, optional = false): Promise<T> {
	const bytes = request.body ? await readAll(request.body, LARGEST_JSON) : new Uint8Array();
	if (bytes.length === 0) {
		if (optional) return {} as T;
		throw invalid('invalid JSON: got EOF while reading request body');
	}
	const type = request.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
	if (type === '') throw invalid('malformed Content-Type header (): mime: no media type');
	if (type !== 'application/json') {
		throw invalid(`unsupported Content-Type header (${type}): must be 'application/json'`);
	}
	const value = parsed(new TextDecoder().decode(bytes));
	if (value === null && optional) return {} as T;
	if (!isObject(value)) throw invalid('invalid JSON: expected an object');
	return value as T;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		const fault = jsonFault(text);
		throw invalid(fault === null ? 'unexpected content after JSON' : `invalid JSON: ${fault}`, { cause });
	}
}

/** Docker's idea of true in a query: there, and not one of these words. */
export function flag(query: URLSearchParams, name: string, fallback = false): boolean {
	const value = query.get(name);
	if (value === null) return fallback;
	return !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
}

/** An integer of a query; `null` when it is not there. Throws `invalid` for anything else. */
export function integer(query: URLSearchParams, name: string): number | null {
	const value = query.get(name);
	if (value === null || value === '') return null;
	if (!/^-?\d+$/.test(value)) {
		throw invalid(`invalid value for ${name}: strconv.Atoi: parsing "${value}": invalid syntax`);
	}
	return Number(value);
}

/** What the route's pattern caught, and the request. */
export interface Call {
	request: HttpRequest;
	/** Of the API, as the client speaks it. */
	version: string;
	query: URLSearchParams;
	/** Decoded path parameters. */
	params: Record<string, string>;
}

/** A path parameter. */
export function param(call: Call, name: string): string {
	return call.params[name] ?? '';
}
