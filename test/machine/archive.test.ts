import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

/** Against the socket, as other clients do it. */
const API = 'curl -s --unix-socket /var/run/docker.sock';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
	await good(
		sandbox,
		`docker run -d --name box -v vol:/vol --tmpfs /mem busybox sleep 10000
		docker exec box sh -c 'mkdir -p /d/sub; echo hi > /d/f; ln /d/f /d/hard; ln -s f /d/sym; ln -s /d/sub /d/dirlink
		mkfifo /d/fifo; mknod /d/dev c 5 1; chown 1000:1000 /d/f; chmod 4755 /d/f; touch -d "2020-01-02 03:04:05" /d/f
		echo y > /d/sub/y; echo v > /vol/v; echo m > /mem/m'`,
	);
});
afterAll(() => sandbox?.dispose());

describe('an archive of a container', () => {
	/** What tar makes of it, without the times. */
	const listed = async (path: string) =>
		(await good(sandbox, `${API} 'http://d/containers/box/archive?path=${path}' | tar tvf -`))
			.split('\n')
			.map((line) => line.replace(/\s+/g, ' ').replace(/ \d{4}-\d\d-\d\d \d\d:\d\d /, ' '));

	it('has kinds, owners, modes, links and devices as they are', async () => {
		expect(await listed('/d')).toEqual([
			'drwxr-xr-x 0/0 0 d/',
			'crw-r--r-- 0/0 5,1 d/dev',
			'lrwxrwxrwx 0/0 0 d/dirlink -> /d/sub',
			'-rwsr-xr-x 1000/1000 3 d/f',
			'prw-r--r-- 0/0 0 d/fifo',
			'hrwsr-xr-x 1000/1000 0 d/hard link to d/f',
			'drwxr-xr-x 0/0 0 d/sub/',
			'-rw-r--r-- 0/0 2 d/sub/y',
			'lrwxrwxrwx 0/0 0 d/sym -> f',
		]);
		expect(await listed('/d/sub/.')).toEqual(['drwxr-xr-x 0/0 0 ./', '-rw-r--r-- 0/0 2 ./y']);
		expect(await listed('/d/dirlink/')).toEqual(['drwxr-xr-x 0/0 0 dirlink/', '-rw-r--r-- 0/0 2 dirlink/y']);
	});

	it('shows volumes and no tmpfs, whether it runs or not', async () => {
		expect(await listed('/vol')).toEqual(['drwxr-xr-x 0/0 0 vol/', '-rw-r--r-- 0/0 2 vol/v']);
		expect(await listed('/mem')).toEqual(['drwxr-xr-x 0/0 0 mem/']);
		await good(sandbox, 'docker stop -t 0 box');
		expect(await listed('/vol')).toEqual(['drwxr-xr-x 0/0 0 vol/', '-rw-r--r-- 0/0 2 vol/v']);
		expect(await good(sandbox, 'mount | grep -c "overlay on /var/lib/docker" || true')).toBe('0');
		await good(sandbox, 'docker start box');
	});

	it('is announced by what stands at its path', async () => {
		const stat = async (path: string) => {
			const head = await good(sandbox, `${API} -I 'http://d/containers/box/archive?path=${path}'`);
			const encoded = /^X-Docker-Container-Path-Stat: (\S+)/m.exec(head)?.[1] ?? '';
			return JSON.parse(Buffer.from(encoded, 'base64').toString()) as unknown;
		};
		expect(await stat('/d/f')).toEqual({
			name: 'f',
			size: 3,
			mode: 8389101,
			mtime: '2020-01-02T03:04:05Z',
			linkTarget: '',
		});
		expect(await stat('/d/dirlink')).toMatchObject({ mode: 134218239, linkTarget: '/d/sub' });
		expect(await stat('/d/dev')).toMatchObject({ mode: 69206436 });
	});

	it('is whole of a container that ends at that moment', async () => {
		const counted =
			'for i in 1 2 3 4 5 6; do docker run -d --name brief busybox true >/dev/null; docker export brief | tar -t | wc -l; docker rm -f brief >/dev/null; done | sort -u';
		expect(Number(await good(sandbox, counted))).toBeGreaterThan(400);
	});

	it('refuses in the words of the real one', async () => {
		const refused = (path: string) => good(sandbox, `${API} 'http://d/containers/box/archive?path=${path}'`);
		expect(await refused('/nosuch')).toBe('{"message":"Could not find the file /nosuch in container box"}');
		expect(await refused('/d/f/x')).toBe('{"message":"lstat /d/f/x: not a directory"}');
		expect(await refused('')).toBe('{"message":"bad parameter: pathcannot be empty"}');
	});
});

describe('an archive put into a container', () => {
	const put = (query: string) =>
		`curl -s -X PUT -T - --unix-socket /var/run/docker.sock 'http://d/containers/box/archive?path=${query}'`;

	it('is unpacked with its owners, compressed or not, running or not', async () => {
		await good(
			sandbox,
			`mkdir -p t/in && echo 1 > t/in/file && chown -R 7:8 t/in && chmod 711 t/in
			tar -C t -c in | ${put('/tmp')} && tar -C t -cz in | ${put('/vol')} && docker stop -t 0 box && tar -C t -cJ in | ${put('/opt')}
			true`,
		);
		await good(
			sandbox,
			`docker start box; mkdir -p t/opt && tar -C t -c opt | ${put('/')}; tar -C t -cJ in | ${put('/opt')}`,
		);
		const seen = await good(
			sandbox,
			"docker exec box stat -c '%n %a %u:%g' /tmp/in /tmp/in/file /vol/in /opt/in/file",
		);
		expect(seen.split('\n')).toEqual([
			'/tmp/in 711 7:8',
			'/tmp/in/file 644 7:8',
			'/vol/in 711 7:8',
			'/opt/in/file 644 7:8',
		]);
	});

	it('leaves nothing outside of its place', async () => {
		await good(
			sandbox,
			`docker exec box ln -s / /tmp/out; echo bad > t/bad; tar -C t -cP --transform 's,^bad,../../bad,' bad > t/up.tar`,
		);
		expect(await good(sandbox, `${put('/tmp')} < t/up.tar`)).toBe(
			'{"message":"invalid entry name \\"../../bad\\""}',
		);
		// The link leads to the container's own root.
		await good(sandbox, `tar -C t -cP --transform 's,^bad,out/planted,' bad | ${put('/tmp')}`);
		expect(await good(sandbox, 'docker exec box cat /planted; ls /planted 2>&1 || true')).toBe(
			"bad\nls: cannot access '/planted': No such file or directory",
		);
	});

	it.each([
		['/tmp&noOverwriteDirNonDir=true', 'cannot overwrite directory \\"in\\" with non-directory \\"/tmp\\"'],
		['/etc/group', 'extraction point is not a directory'],
		['/nosuch', 'Could not find the file /nosuch in container box'],
	])('to %s is refused', async (query, message) => {
		await good(sandbox, `mkdir -p u && echo > u/in`);
		expect(await good(sandbox, `tar -C u -c in | ${put(query)}`)).toBe(`{"message":"${message}"}`);
	});

	it('is refused when it is none', async () => {
		expect(await good(sandbox, `head -c 1000 /dev/zero | tr '\\0' x | ${put('/tmp')}`)).toBe(
			'{"message":"archive/tar: invalid tar header"}',
		);
		expect(await good(sandbox, `echo garbage | ${put('/tmp')}`)).toBe('{"message":"unexpected EOF"}');
	});
});

describe('what a container changes', () => {
	it('is listed as docker diff does, without what Docker itself has put there', async () => {
		await good(
			sandbox,
			`docker run -d --name changed busybox sh -c 'sleep 10000' && docker exec changed sh -c
			'rm /etc/passwd; rm -rf /home; mkdir /home; echo >> /etc/group; echo a > /new; touch /tmp/t'`.replace(
				/\n\s*/g,
				' ',
			),
		);
		expect((await good(sandbox, 'docker diff changed')).split('\n')).toEqual([
			'C /etc',
			'C /etc/group',
			'D /etc/passwd',
			'A /new',
			'C /tmp',
			'A /tmp/t',
		]);
		expect(await good(sandbox, 'docker create --name fresh busybox && docker diff fresh')).toMatch(
			/^[0-9a-f]{64}$/,
		);
	});

	it('has the working directory from the beginning, where the image has none', async () => {
		await good(sandbox, 'docker create --name placed -w /new/deep busybox pwd');
		expect(await good(sandbox, 'docker diff placed; docker start -a placed')).toBe(
			'A /new\nA /new/deep\n/new/deep',
		);
		await good(sandbox, 'docker rm placed; docker create --name placed -w /etc/ busybox pwd');
		expect(await good(sandbox, 'docker diff placed')).toBe('');
		await good(sandbox, 'docker rm placed');
		const { code, err } = await run(sandbox, 'docker create -w /bin/busybox busybox true');
		expect([code, err]).toEqual([
			1,
			'Error response from daemon: Cannot mkdir: /bin/busybox is not a directory\n',
		]);
	});

	it('is exported whole', async () => {
		const names = await good(sandbox, 'docker export changed | tar t | grep -v bin/');
		expect(names.split('\n')).toEqual(
			expect.arrayContaining(['.dockerenv', 'dev/console', 'etc/mtab', 'new', 'tmp/t']),
		);
		expect(names).not.toContain('etc/passwd');
		expect(names).not.toContain('proc/1');
	});

	it('lies in the folders that inspect names', async () => {
		const data = async (field: string) =>
			good(sandbox, `docker inspect -f '{{.GraphDriver.Data.${field}}}' changed`);
		expect(await good(sandbox, `cat ${await data('UpperDir')}/new`)).toBe('a');
		expect(await good(sandbox, `cat ${await data('MergedDir')}/new`)).toBe('a');
		const lowers = (await data('LowerDir')).split(':');
		expect(lowers).toHaveLength(2);
		expect(await good(sandbox, `ls -A ${lowers[0]}`)).toBe('.dockerenv\ndev\netc\nproc\nsys');
		expect(await good(sandbox, `cat ${lowers[1]}/etc/passwd | head -1`)).toContain('root:');
		expect(
			await good(
				sandbox,
				'ls -L /var/lib/docker/overlay2/l/$(cat $(dirname ' + (await data('UpperDir')) + ')/link)/new',
			),
		).toContain('/new');
	});

	it('is gone with it', async () => {
		await good(sandbox, 'docker rm -f changed fresh box && docker volume rm vol && docker rmi busybox');
		expect(
			await good(
				sandbox,
				'ls -A /var/lib/docker/overlay2 /var/lib/docker/overlay2/l /var/lib/docker/containers',
			),
		).toBe('/var/lib/docker/containers:\n\n/var/lib/docker/overlay2:\nl\n\n/var/lib/docker/overlay2/l:');
	});
});
