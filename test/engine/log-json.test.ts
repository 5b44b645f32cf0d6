import { expect, test } from 'vitest';
import { jsonLength, jsonLine, JSON_FRAME } from '../../src/engine/containers/log-json.ts';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

// Written by Docker 28.5: `printf` with these bytes, and the container's json.log.
test.each([
	['\xff\x00\x1b[1mhi\r\n', '\\ufffd\\u0000\\u001b[1mhi\\r\\n'],
	['x\b\f\v\x7f\xe2\x80\xa8q"\\\n', 'x\\u0008\\u000c\\u000b\x7f\\u2028q\\"\\\\\\n'],
	['\xf0\x9f\x98\x80/\xc3\n', '😀/\\ufffd\\n'],
	['no newline\ttab<>&', 'no newline\\u0009tab\\u003c\\u003e\\u0026'],
])('a line is what json-file makes of it: %j', (line, json) => {
	const entry = { line: bytes(line), stream: 'stderr' as const, at: 1_795_793_281_047_009_900n };
	expect(jsonLine(entry, {})).toBe(
		`{"log":"${json}","stream":"stderr","time":"2026-11-27T15:28:01.0470099Z"}\n`,
	);
	expect(jsonLine(entry, { A: '<1>', q: '2' })).toContain(
		'","stream":"stderr","attrs":{"A":"\\u003c1\\u003e","q":"2"},"time":"',
	);
});

test('its length is told without making it', () => {
	const line = bytes('a "b" \\ <c>\t\x01\r\n');
	const at = 1_795_793_281_047_009_971n;
	expect(JSON_FRAME + jsonLength(line)).toBe(jsonLine({ line, stream: 'stdout', at }, {}).length);
});
