import { describe, expect, it } from 'vitest';
import { readAll, streamOf } from '#base';
import { readTar, renameTar, writeTar, type TarMember } from '#oci';

const LONG = `${'d'.repeat(90)}/${'e'.repeat(90)}`;
const MEMBERS: TarMember[] = [
	{ path: 'old/' },
	{ path: 'old/file', data: 'x'.repeat(700), mode: 0o600, uid: 7, gid: 8, mtime: 1_700_000_000 },
	{ path: 'old/twin', type: '1', link: 'old/file' },
	{ path: 'old/link', type: '2', link: 'old/file' },
	{ path: `old/${LONG}`, data: 'deep', xattrs: { 'security.capability': 'cap' } },
];

const rename = (name: string) => name.replace('old', 'new');

async function renamed(archive: Uint8Array, chunk = archive.length): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < archive.length; at += chunk) chunks.push(archive.subarray(at, at + chunk));
	return readAll(renameTar(streamOf(...chunks), rename));
}

describe('a renamed archive', () => {
	const expected = writeTar(
		MEMBERS.map((member) => ({
			...member,
			path: rename(member.path),
			...(member.type === '1' && { link: 'new/file' }),
		})),
	);

	it.each([512, 100, 1, 100_000])(
		'has other names and all else as it was (in pieces of %i bytes)',
		async (size) => {
			expect([...readTar(await renamed(writeTar(MEMBERS), size))]).toEqual([...readTar(expected)]);
		},
	);

	it('may get names that need a record of their own, and lose them', async () => {
		const long = await readAll(renameTar(streamOf(writeTar([{ path: 'a', data: '1' }])), () => LONG));
		expect([...readTar(long)]).toMatchObject([{ path: LONG }]);
		const short = await readAll(renameTar(streamOf(long), () => 'b'));
		expect(short).toEqual(writeTar([{ path: 'b', data: '1' }]));
	});

	it('is refused when it is damaged or cut short', async () => {
		const archive = writeTar(MEMBERS);
		await expect(renamed(archive.subarray(0, 1500))).rejects.toThrow(/in the midst of a file/);
		archive[600] = 1;
		await expect(renamed(archive)).rejects.toThrow('archive/tar: invalid tar header');
	});
});
