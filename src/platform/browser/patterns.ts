import { invalid, type FindMatches } from '#base';

/** How long an expression may take, and how often it may take that long before it is not tried again. */
const LIMIT_MS = 2000;
const CHANCES = 3;

interface Answer {
	matches?: string[][];
	/** Why there are none: the expression is no expression. */
	problem?: string;
}

/**
 * Finds matches in a worker of its own, which is ended when an expression takes too long. `start` starts one that answers as
 * `workers/patterns.worker.ts` does.
 */
export function findInWorker(start: () => Worker): FindMatches {
	let worker: Worker | null = null;
	const failures = new Map<string, number>();
	/** One question at a time, so that an answer needs no number. */
	let last: Promise<unknown> = Promise.resolve();

	function ask(source: string, texts: readonly string[]): Promise<string[][]> {
		const asked = (worker ??= start());
		return new Promise((resolve, reject) => {
			const giveUp = (why: string): void => {
				asked.terminate();
				worker = null;
				failures.set(source, (failures.get(source) ?? 0) + 1);
				reject(invalid(why));
			};
			const timer = setTimeout(() => giveUp(`the expression ${source} takes too long`), LIMIT_MS);
			asked.onmessage = ({ data }: MessageEvent<Answer>) => {
				clearTimeout(timer);
				if (data.matches) resolve(data.matches);
				else reject(invalid(data.problem ?? 'not an expression'));
			};
			asked.onerror = (event) => {
				clearTimeout(timer);
				giveUp(event.message || 'expressions cannot be tried here');
			};
			asked.postMessage({ source, texts });
		});
	}

	return (source, texts) => {
		if ((failures.get(source) ?? 0) >= CHANCES)
			return Promise.reject(invalid(`the expression ${source} takes too long`));
		const found = last.then(() => ask(source, texts));
		last = found.catch(() => undefined);
		return found;
	};
}
