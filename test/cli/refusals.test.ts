import { beforeEach, expect, it } from 'vitest';
import { docker } from '../support/command.ts';
import { EngineFixture } from '../support/engine.ts';
import { MemoryFiles } from '../support/memory-files.ts';

// What client 28.2.2 and engine 28.5.2 printed for lines that are wrong.

let fixture: EngineFixture;
let files: MemoryFiles;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
	files = new MemoryFiles({ '/root/w/': '' });
});

const run = (line: string) =>
	docker((request) => fixture.engine.handle(request), line.split(' '), { files, env: { HOME: '/root' } });

const ZEROS = '0'.repeat(64);

it.each<[line: string, exitCode: number, stderr: string]>([
	['tag busybox mine@sha256:' + ZEROS, 1, 'refusing to create a tag with a digest reference'],
	['commit box mine@sha256:' + ZEROS, 1, 'refusing to create a tag with a digest reference'],
	[
		'tag Bad: x',
		1,
		'Error parsing reference: "Bad:" is not a valid repository/tag: invalid reference format: repository name (library/Bad) must be lowercase',
	],
	[
		'rmi Bad:Name',
		1,
		'Error response from daemon: invalid reference format: repository name (library/Bad) must be lowercase',
	],
	['inspect Bad:Name', 1, 'Error: No such object: Bad:Name'],
	['import - Bad:Name', 1, 'invalid reference format: repository name (library/Bad) must be lowercase'],
	[
		'save --platform bad/x/y/z busybox -o /p.tar',
		1,
		'invalid platform: "bad/x/y/z": cannot parse platform specifier: invalid argument',
	],
	[
		'save --platform linux/arm64 busybox -o /p.tar',
		1,
		'Error response from daemon: no suitable export target found for platform linux/arm64',
	],
	[
		'history --platform linux/arm64 busybox',
		1,
		'Error response from daemon: image with reference busybox was found but its platform (linux/386) does not match the specified platform (linux/arm64)',
	],
	['run -d -a stdout busybox true', 1, 'conflicting options: cannot specify both --attach and --detach'],
	[
		'context create x1 --docker host=bogus',
		1,
		'unable to create docker endpoint config: unable to apply docker endpoint options: unable to parse docker host `bogus`',
	],
	[
		'-H unix:///a -H unix:///b ps',
		1,
		'Failed to initialize: unable to resolve docker endpoint: Specify only one -H',
	],
	['help bogus', 1, 'unknown help topic: bogus'],
	['volume update nosuch', 1, 'Error response from daemon: get nosuch: no such volume'],
	[
		'load -i /root',
		1,
		'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/images/load?quiet=1": read /root: is a directory',
	],
	[
		'import ./ mine',
		1,
		'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/images/create?fromSrc=-&repo=mine": read ./: is a directory',
	],
	['import nosuch mine', 1, 'open nosuch: no such file or directory'],
	[
		'-H bad://x ps',
		1,
		'Failed to initialize: unable to resolve docker endpoint: invalid bind address format: bad://x',
	],
	[
		'-H 127.0.0.1 ps',
		1,
		'Cannot connect to the Docker daemon at tcp://127.0.0.1:2375. Is the docker daemon running?',
	],
	[
		'ps -q --format {{.Names}}',
		0,
		'WARNING: Ignoring custom format, because both --format and --quiet are set.',
	],
	['inspect ', 1, 'invalid container name or ID: value is empty'],
	['network inspect ', 1, 'invalid network name or ID: value is empty'],
	['logs ', 1, 'invalid container name or ID: value is empty'],
	['network create ', 1, 'Error response from daemon: invalid name: name is empty'],
	[
		'network create -d overlay net',
		1,
		'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
	],
	['save nosuch -o /a.tar', 1, 'Error response from daemon: No such image: nosuch'],
	['save nosuch:1 -o /a.tar', 1, 'Error response from daemon: reference does not exist'],
])('%s', async (line, exitCode, stderr) => {
	const result = await run(line);
	expect({ exitCode: result.exitCode, stderr: result.stderr }).toEqual({ exitCode, stderr: `${stderr}\n` });
});

it.each([
	['--storage-opt bogus', 'invalid storage option'],
	['--restart on-failure:x', 'invalid restart policy format: maximum retry count must be an integer'],
	['--restart bogus', 'conflicting options: cannot specify both --restart and --rm'],
	['-v vol:/x:ro:rw', 'invalid spec: vol:/x:ro:rw: too many colons'],
	[
		'-v vol:/',
		`Error response from daemon: invalid volume specification: 'vol:/': invalid mount config for type "volume": invalid specification: destination can't be '/'`,
	],
	[
		'-v /vol:x',
		`Error response from daemon: invalid volume specification: '/vol:x': invalid mount config for type "bind": invalid mount path: 'x' mount path must be absolute`,
	],
	['--cpuset-cpus x', 'Error response from daemon: Invalid value x for cpuset cpus: invalid format: x'],
	[
		'--cpuset-cpus 9',
		'Error response from daemon: Requested CPUs are not available - requested 9, available: 0',
	],
	['--security-opt bogus', 'Invalid --security-opt: "bogus"'],
	[
		'--platform bogus/x/y/z',
		'error parsing specified platform: "bogus/x/y/z": cannot parse platform specifier: invalid argument',
	],
	['--volumes-from  ', 'Error response from daemon: volumes-from specification cannot be an empty string'],
	[
		'--ip 1.2.3.4',
		'Error response from daemon: invalid config for network bridge: invalid endpoint settings:\n* user specified IP address is supported on user defined networks only\n* no configured subnet or ip-range contain the IP address 1.2.3.4',
	],
])('run %s', async (option, message) => {
	expect(await run(`run --rm ${option.trimEnd()}${option.endsWith(' ') ? ' ' : ''} busybox true`)).toEqual({
		exitCode: 125,
		stdout: '',
		stderr: `docker: ${message}\n\nRun 'docker run --help' for more information\n`,
	});
});

it('--cpus takes a rational number and nothing else', async () => {
	expect((await run('run --cpus abc busybox true')).stderr).toContain(
		'invalid argument "abc" for "--cpus" flag: failed to parse abc as a rational number\n',
	);
	expect((await run('create --name half --cpus 1/2 busybox true')).exitCode).toBe(0);
	expect((await fixture.inspect('half')).HostConfig.NanoCpus).toBe(500_000_000);
});

it('a lone letter before a colon is no volume: the real client takes it for a drive of another system', async () => {
	await run('create --name drive -v a:/data busybox true');
	expect((await fixture.inspect('drive')).Config.Volumes).toEqual({ 'a:/data': {} });
	await run('create --name named -v ab:/data busybox true');
	expect((await fixture.inspect('named')).HostConfig.Binds).toEqual(['ab:/data']);
});

it('a configuration that is none is told by the path that was typed, an empty one is none', async () => {
	await files.write('/root/w/cfg/config.json', new TextEncoder().encode('[]'));
	expect((await run('--config cfg ps -q')).stderr).toBe(
		'WARNING: Error parsing config file (cfg/config.json): json: cannot unmarshal array into Go value of type configfile.ConfigFile\n',
	);
	await files.write('/root/w/cfg/config.json', new Uint8Array());
	expect(await run('--config cfg ps -q')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('attach wants a terminal for one, also where nobody reads what is typed', async () => {
	await fixture.create(['sleep'], { Tty: true }, 'box');
	await fixture.call('POST', '/containers/box/start');
	expect(await run('attach box')).toEqual({
		exitCode: 1,
		stdout: '',
		stderr: 'the input device is not a TTY\n',
	});
});
