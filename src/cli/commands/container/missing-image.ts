import { invalid, kindOf } from '#base';
import { isFromEngine } from '#client';

/** Whether creating failed only because the image is not here. */
export function isMissingImage(error: unknown): boolean {
	return (
		isFromEngine(error) &&
		kindOf(error) === 'not-found' &&
		/No such image|^image with reference /i.test(error.message)
	);
}

/** `--pull` values. Throws in Docker's words. */
export function pullPolicy(value: string): 'always' | 'missing' | 'never' {
	if (value === 'always' || value === 'never') return value;
	if (value === '' || value === 'missing') return 'missing';
	throw invalid(`invalid pull option: '${value}': must be one of "always", "missing" or "never"`);
}
