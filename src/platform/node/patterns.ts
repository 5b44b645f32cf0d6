import { Script } from 'node:vm';
import { invalid, matchesIn, type FindMatches } from '#base';

/** How long an expression may take. */
const LIMIT_MS = 2000;

const script = new Script('find()');

/** Finds matches in this thread, which stands still meanwhile; an expression that takes too long is stopped. */
export const findWithin: FindMatches = (source, texts) => {
	try {
		const find = (): string[][] => matchesIn(source, texts);
		return Promise.resolve(script.runInNewContext({ find }, { timeout: LIMIT_MS }) as string[][]);
	} catch (error) {
		return Promise.reject(invalid(`the expression ${source}: ${(error as Error).message}`));
	}
};
