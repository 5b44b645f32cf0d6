import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

describe('limits', () => {
	it('tells what pruning volumes has freed', async () => {
		await good(sandbox, 'docker run --rm -v freed:/d busybox sh -c "head -c 300000 /dev/zero > /d/f"');
		expect(await good(sandbox, 'docker volume prune -a -f')).toContain('Total reclaimed space: 300kB');
	});

	it('stand in the container’s cgroup', async () => {
		const files = ['cpu.max', 'memory.max', 'memory.swap.max', 'pids.max', 'cpu.weight'];
		const seen = await good(
			sandbox,
			`docker run --rm --cpus 0.5 -m 64m --memory-swap 128m --pids-limit 50 --cpu-shares 512 busybox sh -c 'cd /sys/fs/cgroup; cat ${files.join(' ')}'`,
		);
		expect(seen.split('\n')).toEqual(['50000 100000', '67108864', '67108864', '50', '20']);
	});

	it('are held by the kernel: memory', async () => {
		expect((await run(sandbox, 'docker run --name oom -m 8m busybox tail /dev/zero')).code).toBe(137);
		expect(await good(sandbox, "docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' oom")).toBe(
			'true 137',
		);
	});

	it('end what has room for nothing but its own memory, and would read its programs anew for ever', async () => {
		const { out } = await run(
			sandbox,
			`docker run -d --name full -m 6m busybox sh -c '(dd if=/dev/zero bs=64k count=80; head -c 4m /dev/zero) 2>/dev/null | tail >/dev/null; sleep 1000' >/dev/null
			until docker inspect -f '{{.State.OOMKilled}}' full | grep true; do sleep 0.2; done
			docker events --filter container=full --filter event=oom --format '{{.Action}}' --since 0 --until $(date +%s.%N)
			docker inspect -f '{{.State.Status}}' full`,
		);
		expect(out.split('\n')).toEqual(['true', 'oom', 'running', '']);
		await good(sandbox, 'docker rm -f full');
	});

	it('are held by the kernel: processes', async () => {
		const { err } = await run(
			sandbox,
			"docker run --rm --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done'",
		);
		expect(err).toContain("can't fork: Resource temporarily unavailable");
	});

	it.each([
		[
			'--blkio-weight 100',
			'Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.',
		],
	])('that the kernel has no means for are discarded: %s', async (options, warning) => {
		expect((await run(sandbox, `docker create ${options} busybox`)).err).toContain(`WARNING: ${warning}`);
	});

	it.each([
		['--gpus all', 'could not select device driver "" with capabilities: [[gpu]]'],
		[
			'--storage-opt size=1g',
			"--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
		],
		['--log-driver nosuch', 'error looking up logging plugin nosuch: plugin "nosuch" not found'],
		['--log-opt nosuch=1', "unknown log opt 'nosuch' for json-file log driver"],
		['--isolation hyperv', "invalid isolation (hyperv): linux only supports 'default'"],
		['--cpuset-cpus 0,1', 'Requested CPUs are not available - requested 0,1, available: 0'],
		['--oom-score-adj 2000', 'Invalid value 2000, range for oom score adj is [-1000, 1000]'],
	])('that cannot be are refused: %s', async (options, message) => {
		expect((await run(sandbox, `docker create ${options} busybox`)).err).toContain(message);
	});
});

describe('devices', () => {
	/** Makes the kernel's log a second time, reads of it, writes to it. */
	const TRY =
		'mknod /tmp/m c 1 11; dd if=/tmp/m of=/dev/null bs=8192 count=1 && echo r; echo x > /tmp/m && echo w';
	const tried = async (options: string) =>
		(await run(sandbox, `docker run --rm ${options} busybox sh -c '${TRY}; true'`)).out.replaceAll('\n', '');

	it('may be made and, but for a few, not be used', async () => {
		const { out, err } = await run(
			sandbox,
			`docker run --rm busybox sh -c '${TRY}; echo a > /dev/null && echo fine'`,
		);
		expect(out).toBe('fine\n');
		expect(err).toContain("can't open '/tmp/m': Operation not permitted");
		expect((await run(sandbox, 'docker run --rm --cap-drop MKNOD busybox mknod /tmp/m c 1 3')).err).toContain(
			'mknod: /tmp/m: Operation not permitted',
		);
	});

	it.each([
		['--privileged', 'rw'],
		['--device-cgroup-rule "a *:* rwm"', 'rw'],
		['--device-cgroup-rule "c 1:* r"', 'r'],
		['--device-cgroup-rule "c 1:11 w"', 'w'],
		['--device-cgroup-rule "b 1:11 rwm"', ''],
		['--device /dev/kmsg', 'rw'],
		['--device /dev/kmsg:/dev/other:w', 'w'],
	])('are allowed as they are asked for: %s', async (options, allowed) => {
		expect(await tried(options)).toBe(allowed);
	});

	it('get another name, and come with all that is in a folder', async () => {
		await good(sandbox, 'mkdir -p /srv/d/e; mknod -m 640 /srv/d/e/z c 1 5; ln -s /srv/d /srv/l');
		expect(
			await good(sandbox, 'docker run --rm --device /srv/l:/dev/x busybox stat -c "%a %t:%T" /dev/x/e/z'),
		).toBe('640 1:5');
	});

	it('are all there for a privileged container, also those in folders', async () => {
		await good(sandbox, 'mkdir -p /dev/net; mknod -m 600 /dev/net/some c 1 5');
		const seen = 'docker run --rm --privileged busybox sh -c "stat -c %t:%T /dev/net/some; ls /dev/pts"';
		expect(await good(sandbox, seen)).toBe('1:5\nptmx');
	});

	it.each([
		['--device /dev/nosuch', 'while adding custom device "/dev/nosuch": no such file or directory'],
		['--device /etc/hostname', 'while adding custom device "/etc/hostname": not a device node'],
		['--device /dev/zero:/dev/k:x', 'docker: bad mode specified: x'],
		['--device /dev/zero:rel', 'docker: rel is not an absolute path'],
	])('that there are not are refused: %s', async (options, message) => {
		expect((await run(sandbox, `docker run --rm ${options} busybox true`)).err).toContain(message);
	});
});

describe('system calls', () => {
	const DENY = `cat > /tmp/deny.json <<'J'
{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chown","chown32","fchownat"],"action":"SCMP_ACT_ERRNO"}]}
J`;

	it.each(['', '--privileged'])(
		'are filtered by the profile of a file, also for exec: %s',
		async (options) => {
			await good(sandbox, DENY);
			const { err } = await run(
				sandbox,
				`docker run -d --name filtered ${options} --security-opt seccomp=/tmp/deny.json busybox sleep 100; docker exec filtered chown 42 /bin; docker rm -f filtered`,
			);
			expect(err).toContain('chown: /bin: Operation not permitted');
			expect((await run(sandbox, `docker run --rm ${options} busybox chown 42 /bin`)).code).toBe(0);
		},
	);
});

describe('docker exec --privileged', () => {
	it('has all capabilities, and the filter of its container', async () => {
		await good(sandbox, 'docker run -d --name plain busybox sleep 100');
		const { out, err } = await run(
			sandbox,
			"docker exec --privileged plain sh -c 'grep CapEff /proc/self/status; mount -t tmpfs x /mnt'; docker rm -f plain",
		);
		expect(out).toContain('CapEff:\t000001ffffffffff');
		expect(err).toContain('mount: permission denied');
	});
});

describe('what everybody may', () => {
	it('is to listen on any port in a network of its own', async () => {
		const listen =
			'busybox sh -c "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; timeout 0.1 nc -l -p 80"';
		expect(await good(sandbox, `docker run --rm -u 1000 ${listen}; true`)).toBe('0');
	});

	it('is to write its cgroups, where that was asked for', async () => {
		const make = (options: string) =>
			run(sandbox, `docker run --rm ${options} busybox mkdir /sys/fs/cgroup/below`);
		expect((await make('')).err).toContain('Read-only file system');
		expect((await make('--security-opt writable-cgroups=true')).code).toBe(0);
	});
});

describe('a part of a volume', () => {
	const part = (subpath: string, command: string) =>
		`docker run --rm --mount type=volume,src=parts,dst=/d,volume-subpath=${subpath} busybox ${command}`;

	it('is all that a container sees of it, a folder or a file, behind links too', async () => {
		const fill =
			'mkdir -p /v/sub /v/hack; echo hi > /v/sub/f; ln -s / /v/hack/root; ln -s ../sub /v/hack/good';
		await good(sandbox, `docker run --rm -v parts:/v busybox sh -c '${fill}'`);
		expect(await good(sandbox, part('sub', 'ls /d'))).toBe('f');
		expect(await good(sandbox, part('hack/good', 'ls /d'))).toBe('f');
		expect(await good(sandbox, part('sub/f', 'cat /d'))).toBe('hi');
	});

	it.each([
		[
			'nope',
			'cannot access path /var/lib/docker/volumes/parts/_data/nope: lstat /var/lib/docker/volumes/parts/_data/nope: no such file or directory',
		],
		[
			'hack/root',
			'path concatenation escapes the base directory, base: /var/lib/docker/volumes/parts/_data, subpath: hack/root',
		],
		[
			'sub/f/g',
			'error while resolving symlinks in combined path "/var/lib/docker/volumes/parts/_data/sub/f/g": not a directory',
		],
	])('must be there, and in the volume: %s', async (subpath, message) => {
		expect((await run(sandbox, part(subpath, 'true'))).err).toContain(
			`docker: Error response from daemon: ${message}\n`,
		);
	});

	it('takes over what the image has there, when it is an empty folder', async () => {
		await good(sandbox, 'docker run --rm -v parts:/v busybox mkdir /v/bin');
		const run =
			'docker run --rm --mount type=volume,src=parts,dst=/bin,volume-subpath=bin busybox ls /bin/busybox';
		expect(await good(sandbox, run)).toBe('/bin/busybox');
	});
});

describe('an image as a mount', () => {
	const mounted = (more: string, command: string) =>
		`docker run --rm --mount type=image,src=two,dst=/img${more} busybox ${command}`;

	it('shows its files, or a part of them, to be read', async () => {
		await good(
			sandbox,
			"printf 'FROM busybox\\nRUN echo hi >/top; mkdir /part; echo in >/part/f\\n' | DOCKER_BUILDKIT=0 docker build -qt two -",
		);
		expect(await good(sandbox, mounted('', 'cat /img/top /img/part/f'))).toBe('hi\nin');
		expect(await good(sandbox, mounted('', 'ls /img/bin/busybox'))).toBe('/img/bin/busybox');
		expect(await good(sandbox, mounted(',image-subpath=part', 'ls /img'))).toBe('f');
		expect((await run(sandbox, mounted('', 'touch /img/x'))).err).toContain(
			'touch: /img/x: Read-only file system',
		);
		expect((await run(sandbox, mounted(',image-subpath=nope', 'true'))).err).toMatch(
			/cannot access path (\/var\/lib\/docker\/overlay2\/[0-9a-f]{64}\/merged)\/nope: lstat \1\/nope: no such file or directory/,
		);
	});

	it('of one layer does as well, leaves nothing behind, and can be copied out of', async () => {
		await good(sandbox, 'docker create --name box --mount type=image,src=busybox,dst=/img busybox true');
		expect(await good(sandbox, 'docker cp -q box:/img/etc/group - | tar -t')).toBe('group');
		expect(await good(sandbox, 'mount | grep -c "^overlay on /var/lib/docker"')).toBe('1');
		await good(sandbox, 'docker rm box');
		expect((await run(sandbox, 'mount | grep -c "^overlay on /var/lib/docker"')).out).toBe('0\n');
	});
});

describe('what a container writes', () => {
	it('is kept as far as max-size and max-file go', async () => {
		await good(
			sandbox,
			'docker run --name rotated --log-opt max-size=10k --log-opt max-file=2 busybox seq 5000',
		);
		const lines = (await good(sandbox, 'docker logs rotated')).split('\n');
		expect(lines.at(-1)).toBe('5000');
		expect(lines.length).toBeGreaterThan(130);
		expect(lines.length).toBeLessThan(300);
	});
});
