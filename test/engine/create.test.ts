import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

async function refusal(body: Record<string, unknown>): Promise<{ status: number; message: string }> {
	const answer = await fixture.call('POST', '/containers/create', {
		Image: 'busybox',
		Cmd: ['true'],
		...body,
	});
	return { status: answer.status, message: (answer.json as { message: string }).message };
}

async function startOf(body: Record<string, unknown>): Promise<{ status: number; message: string }> {
	const id = await fixture.create(['true'], body);
	const answer = await fixture.call('POST', `/containers/${id}/start`);
	return {
		status: answer.status,
		message: (answer.json as { message?: string } | null)?.message?.replaceAll(id, 'ID') ?? '',
	};
}

const HOST = (config: Record<string, unknown>) => ({ HostConfig: config });

describe('what a container asks for', () => {
	it.each([
		['dns', HOST({ NetworkMode: 'container:x', Dns: ['1.1.1.1'] }), 'dns and the network mode'],
		[
			'hosts',
			HOST({ NetworkMode: 'container:x', ExtraHosts: ['a:1.1.1.1'] }),
			'custom host-to-IP mapping and the network mode',
		],
		[
			'exposed ports',
			{ ...HOST({ NetworkMode: 'container:x' }), ExposedPorts: { '80/tcp': {} } },
			'port exposing and the container type network mode',
		],
	])('cannot be %s of its own in a joined network', async (_, body, what) => {
		expect(await refusal(body)).toEqual({ status: 400, message: `conflicting options: ${what}` });
	});

	it.each([
		['v:/x:shared', 'invalid mount config for type "volume": field BindOptions must not be specified'],
		['/v:/x:nocopy', 'invalid mount config for type "bind": field VolumeOptions must not be specified'],
		['/x:rw', ''],
	])('cannot be the volume %s', async (bind, why) => {
		const message = `invalid volume specification: '${bind}'${why && `: ${why}`}`;
		expect(await refusal(HOST({ Binds: [bind] }))).toEqual({ status: 400, message });
	});

	it('cannot be a mode twice, nor one that is none', async () => {
		expect((await refusal(HOST({ Binds: ['v:/x:ro,rw'] }))).message).toBe('invalid mode: ro,rw');
		expect((await refusal(HOST({ Binds: ['v:/x:copy'] }))).message).toBe('invalid mode: copy');
	});

	it.each([
		[
			'a tmpfs without a place',
			HOST({ Tmpfs: { foo: '' } }),
			"invalid mount path: 'foo' mount path must be absolute",
		],
		['a tmpfs as the root', HOST({ Tmpfs: { '//': '' } }), "invalid specification: destination can't be '/'"],
		[
			'a nameless annotation',
			HOST({ Annotations: { '': 'a' } }),
			'invalid Annotations: the empty string is not permitted as an annotation key',
		],
		[
			'less than no share',
			HOST({ CpuShares: -1 }),
			'invalid CPU shares (-1): value must be a positive integer',
		],
		[
			'an instant between probes',
			{ Healthcheck: { Interval: 500 } },
			'Interval in Healthcheck cannot be less than 1ms',
		],
		['less than no retries', { Healthcheck: { Retries: -1 } }, 'Retries in Healthcheck cannot be negative'],
		['what is no name of an image', { Image: 'busybox:latest:1' }, 'invalid reference format'],
		[
			'a part of a volume without a name',
			HOST({ Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { Subpath: 'a' } }] }),
			'invalid mount config for type "volume": must not set Subpath when using anonymous volumes',
		],
		[
			'a part outside a volume',
			HOST({
				Mounts: [{ Type: 'volume', Source: 'vol', Target: '/x', VolumeOptions: { Subpath: 'a/../../b' } }],
			}),
			'invalid mount config for type "volume": subpath must be a relative path within the volume',
		],
		[
			'options of another kind of mount',
			HOST({ Mounts: [{ Type: 'bind', Source: '/tmp', Target: '/x', VolumeOptions: {} }] }),
			'VolumeOptions must not be specified on mount type "bind"',
		],
		[
			'an unknown option of a volume',
			HOST({
				Mounts: [
					{
						Type: 'volume',
						Source: 'vol',
						Target: '/x',
						VolumeOptions: { DriverConfig: { Options: { foo: 'bar' } } },
					},
				],
			}),
			'create vol: invalid option: "foo"',
		],
		[
			'half the options of a volume',
			HOST({
				Mounts: [
					{
						Type: 'volume',
						Source: 'vol',
						Target: '/x',
						VolumeOptions: { DriverConfig: { Options: { type: 'tmpfs' } } },
					},
				],
			}),
			'create vol: missing required option: "device"',
		],
	])('cannot be %s', async (_, body, message) => {
		expect(await refusal(body)).toEqual({ status: 400, message });
	});

	it('with two volumes at one place; the first of them is there from then on', async () => {
		expect(await refusal(HOST({ Binds: ['one:/x', 'two:/x'] }))).toEqual({
			status: 400,
			message: 'Duplicate mount point: /x',
		});
		const { json } = await fixture.call('GET', '/volumes');
		expect((json as { Volumes: { Name: string }[] }).Volumes.map(({ Name }) => Name)).toEqual(['one']);
	});

	it.each([
		['foo', 'invalid --security-opt 1: "foo"'],
		['foo=bar', 'invalid --security-opt 2: "foo=bar"'],
		['writable-cgroups=potato', 'invalid --security-opt 2: "writable-cgroups=potato"'],
	])('cannot be the security option %s', async (option, message) => {
		expect(await refusal(HOST({ SecurityOpt: [option] }))).toEqual({ status: 500, message });
	});

	it('cannot be the processes of a container that is not there', async () => {
		expect(await refusal(HOST({ PidMode: 'container:nosuch' }))).toEqual({
			status: 400,
			message: 'No such container: nosuch',
		});
	});
});

describe('a start', () => {
	it('does not join the network or the processes of what does not run', async () => {
		const other = await fixture.create(['true'], {}, 'other');
		expect((await startOf(HOST({ NetworkMode: 'container:other' }))).message).toBe(
			'cannot join network namespace of a non running container: container other is created',
		);
		expect((await startOf(HOST({ PidMode: 'container:other' }))).message).toBe(
			`failed to join PID namespace: container ${other} is not running`,
		);
	});

	it('does not join its own network', async () => {
		await fixture.create(['true'], HOST({ NetworkMode: 'container:me' }), 'me');
		const answer = await fixture.call('POST', '/containers/me/start');
		expect(answer.json).toEqual({ message: 'cannot join own network namespace' });
	});

	it('shares the files of the network at the end of those that are joined', async () => {
		const first = await fixture.create(['sleep'], {}, 'first');
		await fixture.create(['sleep'], HOST({ NetworkMode: 'container:first' }), 'second');
		await fixture.create(['sleep'], HOST({ NetworkMode: 'container:second' }), 'third');
		for (const name of ['first', 'second', 'third']) {
			expect((await fixture.call('POST', `/containers/${name}/start`)).status).toBe(204);
		}
		const hosts = fixture.runtime.started.at(-1)?.mounts.find(({ target }) => target === '/etc/hosts');
		expect(hosts?.source).toBe(`/var/lib/docker/containers/${first}/hosts`);
	});

	it('mounts nothing over the root and into /proc', async () => {
		expect((await startOf({ Volumes: { '/': {} } })).message).toMatch(
			/error mounting "\/var\/lib\/docker\/volumes\/.*\/_data" to rootfs at "\/": create mountpoint for \/ mount: mountpoint "(.*\/merged)" is on the top of rootfs "\1"$/,
		);
		expect((await startOf(HOST({ Binds: ['/tmp:/proc/1'] }))).message).toMatch(
			/error mounting "\/tmp" to rootfs at "\/proc\/1": create mountpoint for \/proc\/1 mount: check proc-safety of \/proc\/1 mount: ".*\/merged\/proc\/1" cannot be mounted because it is inside \/proc$/,
		);
		expect((await startOf(HOST({ Tmpfs: { '/proc': '' } }))).message).toContain('it is not of type proc');
		expect((await startOf(HOST({ Binds: ['/tmp/f:/proc/meminfo'] }))).status).toBe(204);
	});

	it('mounts /etc/hosts over a volume of /etc, and only to be read where the root is', async () => {
		await startOf({ Volumes: { '/etc': {} }, ...HOST({ ReadonlyRootfs: true }) });
		const mounts = fixture.runtime.started.at(-1)?.mounts ?? [];
		const targets = mounts.map(({ target }) => target);
		expect(targets.indexOf('/etc/hosts')).toBeGreaterThan(targets.indexOf('/etc'));
		expect(mounts.find(({ target }) => target === '/etc/hosts')?.options).toContain('ro');
	});

	it('lets everybody ping and listen in a network of its own', async () => {
		await startOf(HOST({ Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' } }));
		expect(fixture.runtime.started.at(-1)?.sysctls).toEqual([
			['net.ipv4.ping_group_range', '0 2147483647'],
			['net.ipv4.ip_unprivileged_port_start', '80'],
		]);
		await startOf(HOST({ NetworkMode: 'host' }));
		expect(fixture.runtime.started.at(-1)?.sysctls).toEqual([]);
	});

	it('has cgroups to write where that is asked for', async () => {
		await startOf(HOST({ SecurityOpt: ['writable-cgroups=true'] }));
		const mount = fixture.runtime.started.at(-1)?.mounts.find(({ type }) => type === 'cgroup2');
		expect(mount?.options).toContain('rw');
	});

	it.each([
		['x', /^Decoding seccomp profile failed: invalid character 'x' looking for beginning of value$/],
		['{"defaultAction":"NO"}', /runc create failed: string NO is not a valid action for seccomp$/],
	])('does not filter system calls by %s', async (profile, message) => {
		const { status, message: told } = await startOf(HOST({ SecurityOpt: [`seccomp=${profile}`] }));
		expect(status).toBe(500);
		expect(told).toMatch(message);
	});

	it('knows no user beyond the largest number', async () => {
		const message = 'uids and gids must be in range 0-2147483647';
		expect((await startOf({ User: '-1' })).message).toBe(message);
		expect((await startOf({ User: '0:2147483648' })).message).toBe(message);
		expect((await startOf(HOST({ GroupAdd: ['2147483648'] }))).message).toBe(message);
	});

	it('keeps the control group below the root, and leaves an empty home to the user', async () => {
		await startOf({ Env: ['HOME=', 'A='], ...HOST({ CgroupParent: '../../up' }) });
		const spec = fixture.runtime.started.at(-1);
		expect(spec?.cgroupParent).toBe('/up');
		expect(spec?.process.env).toContain('A=');
		expect(spec?.process.env).not.toContain('HOME=');
	});

	it('has a name of its own also in the network of the host', async () => {
		await startOf({ Hostname: 'foobar', ...HOST({ NetworkMode: 'host' }) });
		expect(fixture.runtime.started.at(-1)?.namespaces).toMatchObject({ net: 'host', uts: '' });
	});

	it('writes a whole name and its first part into /etc/hosts, and the asked-for name servers as they are', async () => {
		await startOf({ Hostname: 'box.example.com', ...HOST({ Dns: ['127.0.0.1'] }) });
		const text = (name: string) => {
			const file = fixture.runtime.started.at(-1)?.files.find(({ path }) => path === name);
			return new TextDecoder().decode(file?.content);
		};
		expect(text('hosts')).toContain('\tbox.example.com box\n');
		expect(text('resolv.conf')).toContain('\nnameserver 127.0.0.1\n');
	});

	it('gives certain ports away before any port', async () => {
		const any = { HostIp: '', HostPort: '' };
		await startOf(HOST({ PortBindings: { '80/tcp': [any] } }));
		const id = await fixture.create(
			['true'],
			HOST({ PortBindings: { '80/tcp': [any], '81/tcp': [{ HostIp: '', HostPort: '32769' }] } }),
		);
		await fixture.call('POST', `/containers/${id}/start`);
		const { Ports } = (await fixture.inspect(id)).NetworkSettings;
		expect(Ports['81/tcp']?.[0]?.HostPort).toBe('32769');
		expect(Ports['80/tcp']?.[0]?.HostPort).toBe('32770');
	});
});

describe('a working directory', () => {
	const changes = async (id: string) => (await fixture.call('GET', `/containers/${id}/changes`)).json;

	it('that is not there is made when the container is created', async () => {
		const id = await fixture.create(['true'], { WorkingDir: '/tmp/../new/deep' });
		expect(await changes(id)).toEqual([
			{ Kind: 1, Path: '/new' },
			{ Kind: 1, Path: '/new/deep' },
		]);
	});
});

describe('a request', () => {
	it('says that its body is JSON', async () => {
		const answer = (type: string) =>
			fixture.send('POST', '/containers/create', { Image: 'busybox' }, { 'content-type': type });
		expect((await answer('')).status).toBe(400);
		expect((await answer('application/xml')).status).toBe(400);
		expect((await answer('application/json; charset=utf-8')).status).toBe(201);
	});

	it('may ask for the options of any path', async () => {
		expect((await fixture.send('OPTIONS', '/')).status).toBe(200);
	});

	it('names an image or a command, and no negative size', async () => {
		expect(await refusal({ Image: '', Cmd: [] })).toEqual({ status: 400, message: 'no command specified' });
		expect((await refusal(HOST({ ShmSize: -1 }))).message).toBe('SHM size can not be less than 0');
	});
});

describe('docker ps --filter', () => {
	const listed = async (filters: object, all = true) => {
		const query = `all=${all}&filters=${encodeURIComponent(JSON.stringify(filters))}`;
		const { json } = await fixture.call('GET', `/containers/json?${query}`);
		return (json as { Names: string[] }[]).map(({ Names }) => Names[0]);
	};

	it('shows what does not run only when asked for all, or for a state', async () => {
		const first = await fixture.create(['true'], {}, 'first');
		await fixture.create(['true'], {}, 'second');
		expect(await listed({ since: [first] })).toEqual(['/second']);
		expect(await listed({ since: [first] }, false)).toEqual([]);
		expect(await listed({ status: ['created'] }, false)).toEqual(['/second', '/first']);
	});

	it('knows a network by the beginning of its id', async () => {
		const { json } = await fixture.call('GET', '/networks/bridge');
		const { Id } = json as { Id: string };
		await fixture.call('POST', `/containers/${await fixture.create(['sleep'], {}, 'box')}/start`);
		expect(await listed({ network: [Id.slice(0, 4)] })).toEqual(['/box']);
		expect(await listed({ network: ['zz'] })).toEqual([]);
	});

	it('knows whose image was made from another, not who happens to have its layers', async () => {
		const id = await fixture.create(['true'], {}, 'plain');
		for (const repo of ['one', 'two']) {
			await fixture.call('POST', `/commit?container=${id}&repo=${repo}&changes=LABEL%20a=${repo}`);
			await fixture.create(['true'], { Image: repo }, repo);
		}
		expect(await listed({ ancestor: ['one'] })).toEqual(['/one']);
		expect(await listed({ ancestor: ['busybox'] })).toEqual(['/two', '/one', '/plain']);
	});
});
