/** A registry's refusals, in the words of the distribution client: https://github.com/opencontainers/distribution-spec. */
import { SandboxError, readAll, type ErrorKind } from '#base';
import { isObject } from '#oci';
import type { RegistryResponse } from '../ports.ts';
import { parseChallenges } from './challenge.ts';

const LARGEST_ERROR = 1 << 20;

const MESSAGES: Record<string, string> = {
	UNAUTHORIZED: 'authentication required',
	DENIED: 'requested access to the resource is denied',
};

const KINDS: Record<string, ErrorKind> = {
	UNAUTHORIZED: 'unauthorized',
	DENIED: 'not-found',
	MANIFEST_UNKNOWN: 'not-found',
	NAME_UNKNOWN: 'not-found',
	BLOB_UNKNOWN: 'not-found',
	TOOMANYREQUESTS: 'unavailable',
};

/** The code of an error that `refusal` made. */
export function codeOf(error: unknown): string {
	const detail = error instanceof SandboxError ? error.detail : null;
	return isObject(detail) && typeof detail['code'] === 'string' ? detail['code'] : '';
}

/** Reads an answer that is a refusal and turns it into an error with Docker's message. */
export async function refusal(response: RegistryResponse): Promise<SandboxError> {
	const { status } = response;
	const body = new TextDecoder().decode(await readAll(response.body, LARGEST_ERROR));
	const complaints = status >= 400 && status < 500 ? complaintsOf(response, body) : [];
	const [first] = complaints;
	if (!first) return unexpected(status, body);
	const lines = complaints.map(
		({ code, message }) => `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`,
	);
	const text = lines.length === 1 ? (lines[0] ?? '') : `errors:\n${lines.join('\n')}\n`;
	return new SandboxError(KINDS[first.code] ?? 'internal', text, {
		detail: { code: first.code, status, first: lines[0] },
	});
}

interface Complaint {
	code: string;
	message: string;
}

/** What the challenge says, then what the body says; an answer without a body that can be read is a plain 401. */
function complaintsOf(response: RegistryResponse, body: string): Complaint[] {
	const fromBody = bodyComplaints(body);
	const bearer = parseChallenges(response.headers.get('www-authenticate') ?? '').find(
		({ scheme }) => scheme === 'bearer',
	);
	const code = { invalid_token: 'UNAUTHORIZED', insufficient_scope: 'DENIED' }[
		bearer?.parameters.get('error') ?? ''
	];
	if (code) {
		const message = bearer?.parameters.get('error_description') ?? MESSAGES[code] ?? '';
		return [{ code, message }, ...fromBody];
	}
	if (fromBody.length === 0 && response.status === 401)
		return [{ code: 'UNAUTHORIZED', message: MESSAGES['UNAUTHORIZED'] ?? '' }];
	return fromBody;
}

function bodyComplaints(body: string): Complaint[] {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		// A page of some server in between: its status has to do.
		return [];
	}
	if (!isObject(value)) return [];
	if (typeof value['details'] === 'string') return [{ code: 'UNAUTHORIZED', message: value['details'] }];
	if (!Array.isArray(value['errors'])) return [];
	return value['errors'].filter(isObject).map((item) => {
		const code = typeof item['code'] === 'string' ? item['code'] : 'UNKNOWN';
		const message = typeof item['message'] === 'string' ? item['message'] : '';
		return { code, message: message || (MESSAGES[code] ?? 'unknown error') };
	});
}

function unexpected(status: number, body: string): SandboxError {
	if (status >= 500)
		return new SandboxError('unavailable', `received unexpected HTTP status: ${statusText(status)}`, {
			detail: { code: '', status },
		});
	const text =
		body === ''
			? `unexpected end of JSON input: ""`
			: `error parsing HTTP ${status} response body: ${JSON.stringify(body.slice(0, 1000))}`;
	return new SandboxError('internal', text, { detail: { code: '', status } });
}

const REASONS: Record<number, string> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	502: 'Bad Gateway',
	503: 'Service Unavailable',
	504: 'Gateway Timeout',
};

/** `404 Not Found`. */
export function statusText(status: number): string {
	return `${status} ${REASONS[status] ?? ''}`.trim();
}
