import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../src/engine/json-fault.ts';

// What Go's encoding/json says of each.
describe('a text that is no JSON', () => {
	it.each([
		['', 'unexpected EOF'],
		['{', 'unexpected EOF'],
		['{"a":1', 'unexpected EOF'],
		['"abc', 'unexpected EOF'],
		['{invalid json', "invalid character 'i' looking for beginning of object key string"],
		['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
		['{"a"1}', "invalid character '1' after object key"],
		['{"a":1 "b"', `invalid character '"' after object key:value pair`],
		['{"a":01}', "invalid character '1' after object key:value pair"],
		['[1 2]', "invalid character '2' after array element"],
		['[1,]', "invalid character ']' looking for beginning of value"],
		["'a'", "invalid character '\\'' looking for beginning of value"],
		['"a\nb"', "invalid character '\\n' in string literal"],
		['"\\x"', "invalid character 'x' in string escape code"],
		['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
		['trux', "invalid character 'x' in literal true (expecting 'e')"],
		['-a', "invalid character 'a' in numeric literal"],
		['1.x', "invalid character 'x' after decimal point in numeric literal"],
		['1e+x', "invalid character 'x' in exponent of numeric literal"],
		['\u0001', "invalid character '\\x01' looking for beginning of value"],
	])('%j', (text, fault) => {
		expect(jsonFault(text)).toBe(fault);
	});

	it('but begins with some', () => {
		expect(jsonFault('{} {}')).toBeNull();
		expect(jsonFault('[1,{"a":[true,null,-0.5e3]}]x')).toBeNull();
	});
});
