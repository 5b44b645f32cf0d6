/** Everything a file can be, through import, cp, commit, export, save and load: nothing is lost on the way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTar, writeTar, type TarEntry, type TarMember } from '#oci';
import type { LocalSandbox } from '#sandbox/local';
import { good, startSandbox } from './sandbox.ts';

/** cap_net_bind_service, permitted and effective, as the kernel keeps it (version 2). */
const CAPABILITY = Uint8Array.of(1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const LONG = `tree/${'long-name-'.repeat(20)}`;
const mtime = 1_600_000_001;

const MEMBERS: TarMember[] = [
	{ path: 'tree/', mode: 0o1777, uid: 7, gid: 8, mtime },
	{ path: 'tree/empty/', mode: 0o700, uid: 1, gid: 2, mtime: mtime + 1 },
	{ path: 'tree/file', mode: 0o640, uid: 1000, gid: 1001, mtime: mtime + 2, data: 'content' },
	{ path: 'tree/linked', type: '1', link: 'tree/file', mode: 0o640, uid: 1000, gid: 1001, mtime: mtime + 2 },
	{ path: 'tree/setuid', mode: 0o4755, mtime, data: 'suid' },
	{ path: 'tree/setgid', mode: 0o2711, uid: 5, mtime, data: 'sgid' },
	{ path: 'tree/nothing', mode: 0o000, uid: 65_534, gid: 65_534, mtime: 1 },
	{ path: 'tree/noted', mode: 0o644, mtime, data: 'noted', xattrs: { 'user.origin': 'elsewhere' } },
	{ path: 'tree/symlink', type: '2', link: '../nowhere', mode: 0o777, uid: 3, gid: 4, mtime },
	{ path: 'tree/null', type: '3', mode: 0o666, major: 1, minor: 3, mtime },
	{ path: 'tree/disk', type: '4', mode: 0o660, gid: 6, major: 259, minor: 300, mtime },
	{ path: 'tree/fifo', type: '6', mode: 0o644, mtime },
	{ path: LONG, mode: 0o644, mtime, data: 'long' },
	{ path: 'tree/spaces and ünïcode\n', mode: 0o644, mtime, data: 'odd' },
];
/** A program that may do more than whoever runs it; its content is busybox's. */
const CAPABLE = 'tree/busybox-capable';
/** Says which capabilities somebody without any has in it. */
const ASK = `/${CAPABLE} grep CapEff /proc/self/status`;
const NET_BIND_SERVICE = 'CapEff:\t0000000000000400';

let sandbox: LocalSandbox;
const type = (script: string) => good(sandbox, script);
beforeAll(async () => {
	sandbox = await startSandbox();
	await type('docker pull -q busybox');
	const archive = readTar(await tarOf('docker create --name box busybox >/dev/null && docker export box'));
	await type('docker rm box');
	// Which of its names comes with the content is nobody's business.
	const programs = [...archive].filter(({ path }) => path.startsWith('bin/'));
	const data =
		programs.sort((one, other) => other.data.length - one.data.length)[0]?.data ?? new Uint8Array();
	MEMBERS.push({ path: CAPABLE, mode: 0o755, mtime, data, xattrs: { 'security.capability': CAPABILITY } });
	expected = facts(readTar(writeTar(MEMBERS)));
});
afterAll(() => sandbox?.dispose());

async function feed(command: string, bytes: Uint8Array): Promise<string> {
	const { exitCode, stdout, stderr } = await sandbox.runScript(command, { stdin: bytes });
	expect([exitCode, new TextDecoder().decode(stderr)]).toEqual([0, expect.any(String)]);
	return new TextDecoder().decode(stdout).trim();
}

async function tarOf(command: string): Promise<Uint8Array> {
	const { exitCode, stdout, stderr } = await sandbox.runScript(command);
	expect([exitCode, new TextDecoder().decode(stderr)]).toEqual([0, '']);
	return stdout;
}

/** What an archive says of everything below `tree`; which of two hard links comes first is nobody's business. Of attributes Docker writes capabilities only. */
function facts(entries: Iterable<TarEntry>): Record<string, unknown> {
	const found: Record<string, unknown> = {};
	for (const { path, data, xattrs, link, ...entry } of entries) {
		if (!/^\.?\/?tree/.test(path)) continue;
		const isHardLink = entry.type === '1' || path === 'tree/file';
		found[path] = isHardLink
			? 'the linked file'
			: {
					...entry,
					link,
					text: new TextDecoder().decode(data),
					capability: xattrs?.get('security.capability'),
				};
	}
	return found;
}

/** What the layers of an image have in them. */
async function layersOf(image: string): Promise<TarEntry[]> {
	const archive = [...readTar(await tarOf(`docker save ${image}`))];
	const layers = archive.filter(
		({ path, data }) => path.startsWith('blobs/sha256/') && data.length % 512 === 0,
	);
	return layers.flatMap(({ data }) => [...readTar(data)]);
}

let expected: ReturnType<typeof facts>;
const exported = async (image: string) => {
	await type(`docker create --name all ${image} true`);
	const tar = await tarOf('docker export all');
	await type('docker rm all');
	return facts(readTar(tar));
};

it('an imported archive is exported as it was', async () => {
	await feed('docker import - all:imported', writeTar(MEMBERS));
	expect(await exported('all:imported')).toEqual(expected);
});

it('a program has the capabilities that its layer gives it', async () => {
	expect(await type(`docker run --rm -u 1000 all:imported ${ASK}`)).toBe(NET_BIND_SERVICE);
	expect(await type(`docker run --rm -u 1000 --security-opt no-new-privileges all:imported ${ASK}`)).toBe(
		'CapEff:\t0000000000000000',
	);
});

it('an attribute that a layer came with stays in the layer', async () => {
	const noted = (await layersOf('all:imported')).find(({ path }) => path === 'tree/noted');
	expect(new TextDecoder().decode(noted?.xattrs?.get('user.origin'))).toBe('elsewhere');
});

it('what is copied into a container is committed as it was, and looks so inside', async () => {
	await type('docker run -d --name box busybox sleep 1000');
	await feed('docker cp -a - box:/', writeTar(MEMBERS));
	expect(await type("docker exec box stat -c '%a %u:%g %Y %h' /tree/file /tree/setuid /tree/empty")).toBe(
		`640 1000:1001 ${mtime + 2} 2\n4755 0:0 ${mtime} 1\n700 1:2 ${mtime + 1} 2`,
	);
	// Copied out, it belongs to whoever asked for it, -a or not.
	await type('docker cp -aq box:/tree /tmp/out');
	expect(await type("stat -c '%a %u:%g %Y' /tmp/out/file /tmp/out/setuid")).toBe(
		`640 0:0 ${mtime + 2}\n4755 0:0 ${mtime}`,
	);
	await type('docker commit box all:committed && docker rm -f box');
	expect(await exported('all:committed')).toEqual(expected);
});

it('saved and loaded it is the same image', async () => {
	const id = await type('docker save all:committed >/tmp/all.tar && docker inspect -f {{.Id}} all:committed');
	await type('docker rmi all:committed && docker load -qi /tmp/all.tar');
	expect(await type('docker inspect -f {{.Id}} all:committed')).toBe(id);
	expect(await exported('all:committed')).toEqual(expected);
});

it('exported and imported again it is the same tree', async () => {
	await type(
		'docker create --name all all:committed true && docker export all | docker import - all:flat && docker rm all',
	);
	expect(await exported('all:flat')).toEqual(expected);
});

it('a program’s capabilities are in the layer that is committed, also when it is changed there', async () => {
	const kept = (await layersOf('all:committed')).find(({ path }) => path === CAPABLE);
	expect(kept?.xattrs?.get('security.capability')).toEqual(CAPABILITY);
	expect(await type(`docker run --rm -u 1000 all:committed ${ASK}`)).toBe(NET_BIND_SERVICE);
	await type(`docker run --name box all:committed chmod 711 /${CAPABLE} /tree/noted`);
	expect(await type('docker diff box')).toBe(`C /tree\nC /${CAPABLE}\nC /tree/noted`);
	await type('docker commit box all:changed && docker rm box');
	expect(await type(`docker run --rm -u 1000 all:changed ${ASK}`)).toBe(NET_BIND_SERVICE);
});

it('a program that is copied out keeps them, in an archive and as a file', async () => {
	await type('docker create --name box all:committed true');
	const [copied] = readTar(await tarOf(`docker cp box:/${CAPABLE} -`));
	expect(copied?.xattrs?.get('security.capability')).toEqual(CAPABILITY);
	await type(`docker cp -q box:/${CAPABLE} /srv && docker rm box`);
	const file = CAPABLE.replace('tree', '/srv');
	expect(await type(`getcap ${file}`)).toBe(`${file} cap_net_bind_service=ep`);
	expect(await type(`su nobody -s /bin/sh -c '${file} grep CapEff /proc/self/status'`)).toBe(
		NET_BIND_SERVICE,
	);
});

it('deletions are whiteouts, and a directory that was made anew hides what it was', async () => {
	await type(
		"docker run --name box all:committed sh -c 'rm /tree/setuid; rm -r /tree/empty; mkdir /tree/empty; echo new >/tree/empty/new' && docker commit box all:less && docker rm box",
	);
	const top = await type(
		"docker inspect -f '{{range .RootFS.Layers}}{{println .}}{{end}}' all:less | tail -n 2 | head -n 1",
	);
	const archive = [...readTar(await tarOf('docker save all:less'))];
	const layer = archive.find(({ path }) => path === `blobs/sha256/${top.replace('sha256:', '')}`);
	const names = layer ? [...readTar(layer.data)].map(({ path }) => path) : [];
	expect(names.sort()).toEqual([
		'tree/',
		'tree/.wh.setuid',
		'tree/empty/',
		'tree/empty/.wh..wh..opq',
		'tree/empty/new',
	]);
	const left = await exported('all:less');
	expect(Object.keys(left)).toContain('tree/empty/new');
	expect(Object.keys(left)).not.toContain('tree/setuid');
});
