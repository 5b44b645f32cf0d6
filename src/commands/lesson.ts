import { invalid } from '#base';
import { parseOptions } from './options.ts';

/** `drydock lesson new | check | test`. */
export async function lesson(args: string[]): Promise<number> {
	const [verb, ...paths] = parseOptions(args, {}).rest;
	switch (verb) {
		case 'check':
			return (await import('./lesson/check.ts')).check(paths);
		case 'new':
			return (await import('./lesson/new.ts')).create(paths);
		case 'test':
			return (await import('./lesson/test.ts')).test(paths);
		default:
			throw invalid('usage: drydock lesson new FOLDER | lesson check [PATH…] | lesson test [PATH…]');
	}
}
