/** The closed list of things that can go wrong; each boundary maps a kind once (HTTP status, exit code, wire code). */
export type ErrorKind =
	| 'not-found'
	| 'invalid'
	| 'conflict'
	| 'not-modified'
	| 'unauthorized'
	| 'forbidden'
	| 'unavailable'
	| 'unsupported'
	| 'cancelled'
	| 'internal';

/** The only error class thrown on purpose. `message` is what the user reads: Docker's own words where Docker has some. */
export class SandboxError extends Error {
	readonly kind: ErrorKind;
	/** Machine-readable extra facts, JSON-serialisable. */
	readonly detail: unknown;

	constructor(kind: ErrorKind, message: string, options: { cause?: unknown; detail?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'SandboxError';
		this.kind = kind;
		this.detail = options.detail;
	}
}

type Options = { cause?: unknown; detail?: unknown };

export function notFound(message: string, options?: Options): SandboxError {
	return new SandboxError('not-found', message, options);
}
export function invalid(message: string, options?: Options): SandboxError {
	return new SandboxError('invalid', message, options);
}
export function conflict(message: string, options?: Options): SandboxError {
	return new SandboxError('conflict', message, options);
}
export function notModified(message: string, options?: Options): SandboxError {
	return new SandboxError('not-modified', message, options);
}
export function unauthorized(message: string, options?: Options): SandboxError {
	return new SandboxError('unauthorized', message, options);
}
export function forbidden(message: string, options?: Options): SandboxError {
	return new SandboxError('forbidden', message, options);
}
export function unavailable(message: string, options?: Options): SandboxError {
	return new SandboxError('unavailable', message, options);
}
export function unsupported(message: string, options?: Options): SandboxError {
	return new SandboxError('unsupported', message, options);
}
export function cancelled(message: string, options?: Options): SandboxError {
	return new SandboxError('cancelled', message, options);
}
export function internal(message: string, options?: Options): SandboxError {
	return new SandboxError('internal', message, options);
}

/** Throws an internal error when `condition` is false. `what` states the invariant that must hold. */
export function assert(condition: unknown, what: string): asserts condition {
	if (!condition) throw internal(`invariant broken: ${what}`);
}

/** The kind of any thrown value; what is not ours is internal. */
export function kindOf(error: unknown): ErrorKind {
	return error instanceof SandboxError ? error.kind : 'internal';
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
