import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** `test/vectors/README.md` */
interface FrameVector {
	name: string;
	hex: string;
	fields: { channel: number; type: number; payload: string }[];
	error?: boolean;
}
interface MessageVector {
	name: string;
	message: string | null;
	type: number;
	id: number;
	errno: number;
	kind: number;
	hex: string;
	fields: Record<string, unknown>;
}

const ROOT = path.join(import.meta.dirname, '../..');
const load = (name: string) =>
	JSON.parse(readFileSync(path.join(ROOT, 'test/vectors', name), 'utf8')) as unknown;
const frames = load('frames.json') as FrameVector[];
const messages = load('messages.json') as MessageVector[];
const only = (type: number) => messages.filter((one) => one.type === type);

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'codec-'));
	execFileSync('make', ['-s', '-C', path.join(ROOT, 'vm-images/agent'), 'codec', `OUT=${folder}`]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Puts lines to the C codec; see `test_codec.c` for what they may be. */
function ask(...lines: string[]): string[] {
	const program = path.join(folder, 'test_codec');
	const out = execFileSync(program, { input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 26 });
	return out.split('\n').slice(0, -1);
}

/** A field's form on the wire where it is not a text. */
const FORMS: Record<string, string> = {
	version: 'u16', rows: 'u16', cols: 'u16',
	bool: 'u8', level: 'u8', running: 'u8', oom: 'u8', more: 'u8',
	exitedNs: 'u64', unixNs: 'u64', size: 'u64', mtimeNs: 'u64',
	content: 'bytes',
}; // prettier-ignore

function items(name: string, value: unknown): string[] {
	if (Array.isArray(value)) return [`u32=${value.length}`, ...value.flatMap((one) => items(name, one))];
	if (typeof value === 'object' && value !== null)
		return Object.entries(value).flatMap(([key, one]) => items(key, one));
	const form = FORMS[name];
	if (form === 'bytes') return [`bytes=${String(value)}`];
	if (form)
		return [
			`${form}=${Number(value) === value ? value : typeof value === 'boolean' ? Number(value) : String(value)}`,
		];
	if (typeof value === 'string') return [`str=${Buffer.from(value).toString('hex')}`];
	return [`u32=${Number(value)}`];
}

/** What the C side prints, without the fillers it begins objects with. */
function plain(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).filter(([key]) => !key.startsWith('_'));
	return Object.fromEntries(entries.map(([key, one]) => [key, plain(one)]));
}

describe('frames, as the agent takes them apart', () => {
	const shown = (vector: FrameVector) =>
		vector.fields.map(({ channel, type, payload }) => `${channel}:${type}:${payload} `).join('') +
		(vector.error ? 'bad' : '');

	test.each(frames)('$name', (vector) => {
		expect(ask(`frames ${vector.hex}`)).toEqual([shown(vector)]);
	});

	test.each(frames)('$name, byte by byte', (vector) => {
		expect(ask(`frames ${vector.hex.replace(/../g, '$& ')}`)).toEqual([shown(vector)]);
	});
});

describe('requests, as the agent takes them apart', () => {
	const LARGE = ['SPAWN', 'START', 'STAT_PATH', 'ARCHIVE', 'EXTRACT', 'CHANGES', 'LAYER', 'USAGE'];
	const large = only(16).filter((one) => LARGE.includes(one.message ?? ''));

	test.each(large)('$name', (vector) => {
		const [line] = ask(`request ${vector.hex}`);
		expect(plain(JSON.parse(line ?? ''))).toEqual(vector.fields);
	});

	test.each(large)('$name, cut short anywhere, is refused', (vector) => {
		const lines = Array.from({ length: vector.hex.length / 2 - 6 }, (_, i) =>
			vector.hex.slice(0, 12 + 2 * i),
		);
		expect(new Set(ask(...lines.map((hex) => `request ${hex}`)))).toEqual(new Set(['malformed']));
	});

	test.each(large)('$name, with any byte changed, is refused or understood', (vector) => {
		const lines = Array.from({ length: vector.hex.length / 2 - 6 }, (_, i) => {
			const at = 12 + 2 * i;
			return `request ${vector.hex.slice(0, at)}ff${vector.hex.slice(at + 2)}`;
		});
		expect(ask(...lines)).toHaveLength(lines.length);
	});
});

describe('replies, as the agent puts them together', () => {
	test.each(only(17))('$name', (vector) => {
		const body = items('', vector.fields).join(' ');
		expect(ask(`reply ${vector.id} ${vector.errno} ${body}`)).toEqual([vector.hex]);
	});
});

describe('events, as the agent puts them together', () => {
	test.each(only(18))('$name', (vector) => {
		expect(ask(`event ${vector.kind} ${items('', vector.fields).join(' ')}`)).toEqual([vector.hex]);
	});
});
