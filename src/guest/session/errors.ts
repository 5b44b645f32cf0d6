import { SandboxError, type ErrorKind } from '#base';

/** Linux's numbers, as far as the agent's answers are told apart by them. */
export const Errno = {
	EPERM: 1,
	ENOENT: 2,
	ESRCH: 3,
	EINTR: 4,
	EIO: 5,
	EACCES: 13,
	EBUSY: 16,
	EEXIST: 17,
	ENOTDIR: 20,
	EISDIR: 21,
	EINVAL: 22,
	ENOSPC: 28,
	EROFS: 30,
	EPIPE: 32,
	ENOSYS: 38,
	ENOTEMPTY: 39,
	ELOOP: 40,
} as const;

const kinds = new Map<number, ErrorKind>([
	[Errno.EPERM, 'forbidden'],
	[Errno.ENOENT, 'not-found'],
	[Errno.ESRCH, 'not-found'],
	[Errno.EACCES, 'forbidden'],
	[Errno.EBUSY, 'conflict'],
	[Errno.EEXIST, 'conflict'],
	[Errno.ENOTDIR, 'not-found'],
	[Errno.EISDIR, 'invalid'],
	[Errno.EINVAL, 'invalid'],
	[Errno.ENOSYS, 'unsupported'],
]);

/** The agent's refusal of a request. `detail.errno` keeps the number. */
export function agentError(errno: number, message: string, request: string): SandboxError {
	const text = message === '' ? `${request.toLowerCase()} failed: errno ${errno}` : message;
	return new SandboxError(kinds.get(errno) ?? 'internal', text, { detail: { errno } });
}

/** The errno in an error that came from the agent; 0 for any other. */
export function errnoOf(error: unknown): number {
	if (!(error instanceof SandboxError)) return 0;
	const detail = error.detail as { errno?: unknown } | undefined;
	return typeof detail?.errno === 'number' ? detail.errno : 0;
}
