import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePortSpec } from '../../src/cli/commands/container/published-ports.ts';
import { Filters } from '../../src/engine/filters.ts';
import { isValidName } from '../../src/engine/names.ts';

// misc.jsonl: what go-connections' port parser, Docker's rule for names and its filters answered for each input; recorded by a Go program
// around them.
interface Case {
	fn: string;
	a: [string];
	out: unknown;
	err?: string;
}
const cases = readFileSync(new URL('./cases/misc.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Case);
const of = (name: string) => cases.filter(({ fn }) => fn === name);

describe('published ports', () => {
	it.each(of('nat.ParsePortSpec'))('$a', ({ a: [spec], out, err }) => {
		const parse = () => parsePortSpec(spec).map(({ port, binding }) => ({ Port: port, Binding: binding }));
		if (out === null) expect(parse).toThrow(err);
		else expect(parse()).toEqual(out);
	});
});

describe('names', () => {
	it.each(of('names.valid'))('$a is $out', ({ a: [name], out }) => {
		expect(isValidName(name)).toBe(out);
	});
});

describe('filters', () => {
	it.each(of('filters.FromJSON'))('$a', ({ a: [text], out, err }) => {
		const parse = () => Filters.parse(text, ['label']);
		if (out === null) expect(parse).toThrow(err);
		else
			expect(parse().get('label')).toEqual(
				out === '' ? [] : Object.keys((JSON.parse(out as string) as { label: object }).label),
			);
	});
});
