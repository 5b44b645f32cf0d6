import { describe, expect, it } from 'vitest';
import { readRoute, writeRoute, type Route } from '../../src/ui/routing/route.ts';

const routes: [hash: string, route: Route][] = [
	['#/', { at: 'catalogue' }],
	['#/sandbox', { at: 'sandbox' }],
	[
		'#/lesson/first-steps/01-first-container',
		{ at: 'lesson', pack: 'site', lesson: 'first-steps/01-first-container' },
	],
	['#/pack/folder-ab%20c/%E7%AC%AC%201', { at: 'lesson', pack: 'folder-ab c', lesson: '第 1' }],
];

describe('an address', () => {
	for (const [hash, route] of routes) {
		it(`${hash} is read as it is written`, () => {
			expect(readRoute(hash)).toEqual(route);
			expect(writeRoute(route)).toBe(hash);
		});
	}

	for (const hash of [
		'',
		'#',
		'#/nowhere',
		'#/lesson',
		'#/lesson//x',
		'#/pack/only',
		'#/lesson/%',
		'#/pack//x',
	])
		it(`${hash || 'none'} leads somewhere`, () => {
			expect(['catalogue', 'lesson']).toContain(readRoute(hash).at);
		});

	it('without a lesson leads to the catalogue', () => {
		for (const hash of ['', '#/nowhere', '#/lesson', '#/lesson//x', '#/pack/only', '#/pack//x'])
			expect(readRoute(hash)).toEqual({ at: 'catalogue' });
	});
});
