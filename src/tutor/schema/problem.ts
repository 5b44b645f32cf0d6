/** A mistake in an author's files: where it is, what is wrong, and what to do. */
export interface Problem {
	/** Below the folder that was read. */
	file: string;
	/** From 1. */
	line: number;
	/** A stable name of this sort of mistake, for tests and tools. */
	code: string;
	/** What is wrong. A sentence. */
	message: string;
	/** What to do about it. A sentence. */
	advice: string;
}

/** As compilers print it, so that editors and terminals make a link of it. */
export function formatProblem({ file, line, message, advice }: Problem): string {
	return `${file}:${line}: ${message} ${advice}`;
}
