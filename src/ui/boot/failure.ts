import { kindOf, messageOf, SandboxError } from '#base';

/** Why there is no machine, as far as the learner can do something about it. */
export type FailureKind = 'wasm' | 'memory' | 'file' | 'corrupt' | 'mismatch' | 'died' | 'off' | 'other';

export interface Failure {
	kind: FailureKind;
	/** The file it is about, if it is about one. */
	file: string;
	/** For a report: everything that is known, as text. */
	details: string;
}

/** Sorts an error of the sandbox by what the learner can do. `detail.reason` decides where the thrower said it. */
export function failureOf(error: unknown): Failure {
	const detail = error instanceof SandboxError && isRecord(error.detail) ? error.detail : {};
	const file = typeof detail['file'] === 'string' ? detail['file'] : '';
	return { kind: kindFrom(error, detail), file, details: describe(error, detail) };
}

function kindFrom(error: unknown, detail: Record<string, unknown>): FailureKind {
	switch (detail['reason']) {
		case 'no-webassembly':
			return 'wasm';
		case 'out-of-memory':
			return 'memory';
		case 'file-missing':
			return 'file';
		case 'file-corrupt':
			return 'corrupt';
		case 'state-mismatch':
			return 'mismatch';
		case 'machine-died':
			return 'died';
		case 'machine-shut-down':
			return 'off';
		default:
			return kindFromWords(error);
	}
}

/** For errors that come from the browser itself, which knows nothing of our reasons. */
function kindFromWords(error: unknown): FailureKind {
	const words = messageOf(error);
	if (kindOf(error) === 'unsupported' && words.includes('WebAssembly')) return 'wasm';
	return /too little memory|not enough memory|out of memory|allocation failed|WebAssembly\.Memory/i.test(
		words,
	)
		? 'memory'
		: 'other';
}

function describe(error: unknown, detail: Record<string, unknown>): string {
	const lines = [
		`${kindOf(error)}: ${messageOf(error)}`,
		...Object.entries(detail).map(
			([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
		),
		`browser: ${navigator.userAgent}`,
		`page: ${location.href}`,
	];
	if (error instanceof Error && error.stack && kindOf(error) === 'internal') lines.push(error.stack);
	return lines.join('\n');
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
