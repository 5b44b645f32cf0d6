import { kindOf, messageOf, type ErrorKind } from '#base';

const STATUS: Record<ErrorKind, number> = {
	invalid: 400,
	unauthorized: 401,
	forbidden: 403,
	'not-found': 404,
	conflict: 409,
	'not-modified': 304,
	internal: 500,
	cancelled: 500,
	unsupported: 501,
	unavailable: 503,
};

/** The one place where an error becomes a status and a message. */
export function statusOf(error: unknown): { status: number; message: string } {
	return { status: STATUS[kindOf(error)], message: messageOf(error) };
}
