/** The errors of https://github.com/opencontainers/distribution-spec, with the words of the program that most registries run. */
import type { HttpResponse } from '#api';

const ERRORS = {
	BLOB_UNKNOWN: [404, 'blob unknown to registry'],
	BLOB_UPLOAD_INVALID: [400, 'blob upload invalid'],
	BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
	DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
	MANIFEST_BLOB_UNKNOWN: [404, 'blob unknown to registry'],
	MANIFEST_INVALID: [400, 'manifest invalid'],
	MANIFEST_UNKNOWN: [404, 'manifest unknown'],
	NAME_INVALID: [400, 'invalid repository name'],
	NAME_UNKNOWN: [404, 'repository name not known to registry'],
	PAGINATION_NUMBER_INVALID: [400, 'invalid number of results requested'],
	RANGE_INVALID: [416, 'invalid content range'],
	SIZE_INVALID: [400, 'provided length did not match content length'],
	TAG_INVALID: [400, 'manifest tag did not match URI'],
	TOOMANYREQUESTS: [429, 'too many requests'],
	UNAUTHORIZED: [401, 'authentication required'],
	DENIED: [403, 'requested access to the resource is denied'],
	UNSUPPORTED: [405, 'The operation is unsupported.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type RegistryErrorCode = keyof typeof ERRORS;

/** Thrown by handlers; becomes an answer in one place. */
export class RegistryError extends Error {
	readonly code: RegistryErrorCode;
	readonly detail: unknown;
	readonly headers: [string, string][];

	constructor(code: RegistryErrorCode, detail: unknown = null, headers: [string, string][] = []) {
		super(ERRORS[code][1]);
		this.code = code;
		this.detail = detail;
		this.headers = headers;
	}

	response(): HttpResponse {
		const error = {
			code: this.code,
			message: this.message,
			...(this.detail !== null && { detail: this.detail }),
		};
		return json(ERRORS[this.code][0], { errors: [error] }, this.headers);
	}
}

/** An answer of JSON and a newline, as the real program writes it. */
export function json(status: number, value: unknown, headers: [string, string][] = []): HttpResponse {
	const body = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
	return {
		status,
		headers: [
			['Content-Type', 'application/json'],
			['Docker-Distribution-Api-Version', 'registry/2.0'],
			...headers,
			['Content-Length', String(body.length)],
		],
		body,
	};
}

/** An answer without a body. */
export function empty(status: number, headers: [string, string][] = []): HttpResponse {
	const length: [string, string][] = status === 204 ? [] : [['Content-Length', '0']];
	return {
		status,
		headers: [['Docker-Distribution-Api-Version', 'registry/2.0'], ...headers, ...length],
		body: null,
	};
}
