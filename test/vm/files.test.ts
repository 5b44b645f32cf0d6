import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fetchMachineFiles, fetchVerified, stateIdentity, stateMismatch, type MachineFiles } from '#vm';

const ref = (file: string, content = file) => ({
	file,
	sha256: createHash('sha256').update(content).digest('hex'),
	size: content.length,
});
const files: MachineFiles = {
	version: 1,
	kernel: ref('kernel'),
	bios: ref('bios'),
	vgaBios: ref('vgabios'),
	wasm: ref('wasm'),
	root: ref('root'),
	cmdline: 'quiet',
	memoryMb: 512,
};
const bytes = (text: string) => new TextEncoder().encode(text);

describe('machine.json', () => {
	test('is read', async () => {
		expect(await fetchMachineFiles(async () => bytes(JSON.stringify(files)))).toEqual(files);
	});

	test.each([
		[
			'missing',
			async () => Promise.reject(new Error('404')),
			'unavailable',
			/could not be loaded: 404.*reload/,
		],
		['no JSON', async () => bytes('<html>'), 'invalid', /damaged or of another version/],
		['of another version', async () => bytes('{"version":2}'), 'invalid', /damaged or of another version/],
	])('says what to do when it is %s', async (_what, fetch, kind, message) => {
		await expect(fetchMachineFiles(fetch)).rejects.toMatchObject({
			kind,
			message: expect.stringMatching(message) as string,
		});
	});
});

describe('a file of the machine', () => {
	test('is accepted when its hash is right', async () => {
		expect(await fetchVerified(async () => bytes('kernel'), files.kernel)).toEqual(bytes('kernel'));
	});

	test('is refused when it is damaged, naming the file', async () => {
		await expect(fetchVerified(async () => bytes('kernel?'), files.kernel)).rejects.toMatchObject({
			kind: 'invalid',
			message: expect.stringContaining('(kernel) is damaged') as string,
		});
	});
});

describe('a saved state', () => {
	const state = { ...ref('state'), ...stateIdentity(files), fids: ref('fids') };

	test('fits the machine it was made with', () => {
		expect(stateMismatch({ ...files, state })).toBeNull();
	});

	test('does not fit when anything else differs, and says what', () => {
		expect(stateMismatch(files)).toBe('there is no saved state');
		expect(stateMismatch({ ...files, state }, 256)).toMatch(/another memory size$/);
		expect(stateMismatch({ ...files, state, bios: ref('bios', 'new') })).toMatch(/another BIOS$/);
		expect(stateMismatch({ ...files, state: { ...state, v86Version: '0', devices: '{}' } })).toMatch(
			/another version of v86, set of devices$/,
		);
	});
});
