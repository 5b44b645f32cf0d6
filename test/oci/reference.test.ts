import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	familiarName,
	familiarString,
	formatReference,
	parseNormalized,
	parseReference,
	referenceName,
	withDefaultTag,
	type Reference,
} from '#oci';

/**
 * What github.com/distribution/reference v0.6.0 answered for each input; recorded by a Go program around it. That program did not know
 * SHA-256, so what it said of references with such digests is left out.
 */
const cases = readFileSync(new URL('cases/reference.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map(
		(line) =>
			JSON.parse(line) as { fn: string; a: [string]; out: Record<string, unknown> | null; err?: string },
	);

function described(fn: string, reference: Reference): Record<string, unknown> {
	const plain = {
		domain: reference.domain,
		name: referenceName(reference),
		path: reference.path,
		string: formatReference(reference),
		tag: reference.tag || undefined,
		digest: reference.digest || undefined,
	};
	if (fn === 'ref.parse') return plain;
	return {
		...plain,
		familiarName: familiarName(reference),
		familiarString: familiarString(reference),
		nameOnly: !reference.tag && !reference.digest,
		tagNameOnly: formatReference(withDefaultTag(reference)),
	};
}

describe('references', () => {
	it.each(cases)('$fn $a', ({ fn, a: [text], out, err }) => {
		const parse = () => described(fn, (fn === 'ref.parse' ? parseReference : parseNormalized)(text));
		if (out === null) expect(parse).toThrow(err);
		else expect(parse()).toMatchObject(out);
	});
});
