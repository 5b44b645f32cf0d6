import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
	await good(sandbox, 'docker run -d --name box -l role=web -l tier=1 -v data:/data busybox sleep 1000');
});
afterAll(() => sandbox?.dispose());

const type = (script: string) => good(sandbox, script);
const refused = async (script: string) => {
	const { code, out, err } = await run(sandbox, script);
	return [code, (out + err).replaceAll('\r', '').trimEnd()];
};

describe('exec', () => {
	const FAILED = 'OCI runtime exec failed: exec failed: ';
	const NOT_FOUND = `${FAILED}unable to start container process: exec: "nosuch": executable file not found in $PATH`;

	it.each([
		['box nosuch', 127, NOT_FOUND],
		['-d box nosuch', 1, `Error response from daemon: ${NOT_FOUND}`],
		[
			'box /etc/passwd',
			126,
			`${FAILED}unable to start container process: exec: "/etc/passwd": permission denied`,
		],
		['-w etc box pwd', 128, `${FAILED}Cwd must be an absolute path`],
		[
			'-w /nosuch box pwd',
			127,
			`${FAILED}unable to start container process: chdir to cwd ("/nosuch") set in config.json failed: no such file or directory`,
		],
		[
			'-u nosuch box id',
			1,
			'Error response from daemon: unable to find user nosuch: no matching entries in passwd file',
		],
		['-it box true', 1, 'the input device is not a TTY'],
	])('refuses %s', async (args, code, text) => {
		expect(await refused(`docker exec ${args}`)).toEqual([code, text]);
	});

	it('takes user, folder, environment, input and rights', async () => {
		expect(await type("docker exec -u www-data -w /data -e A=1 box sh -c 'echo $(id -un) $PWD $A'")).toBe(
			'www-data /data 1',
		);
		expect(await type('echo in | docker exec -i box cat')).toBe('in');
		expect(await type('echo in | docker exec box cat')).toBe('');
		const effective = (flags: string) => type(`docker exec ${flags} box grep CapEff /proc/self/status`);
		expect(await effective('')).toBe('CapEff:\t00000000a80425fb');
		expect(await effective('--privileged')).toBe('CapEff:\t000001ffffffffff');
		expect((await run(sandbox, "docker exec box sh -c 'kill -9 $$'")).code).toBe(137);
	});

	it('can be inspected while it runs', async () => {
		await type('docker exec -d box sleep 500');
		const [id] = JSON.parse(await type("docker inspect -f '{{json .ExecIDs}}' box")) as string[];
		const asked = await type(`curl -s --unix-socket /var/run/docker.sock http://d/exec/${id}/json`);
		expect(JSON.parse(asked)).toMatchObject({
			ID: id,
			Running: true,
			ExitCode: null,
			ProcessConfig: { tty: false, entrypoint: 'sleep', arguments: ['500'], privileged: false },
			OpenStdin: false,
			Pid: expect.any(Number),
		});
	});
});

describe('top', () => {
	it('shows the processes with the columns that were asked for', async () => {
		expect(await type('docker top box')).toMatch(
			/^UID +PID +PPID +C +STIME +TTY +TIME +CMD\nroot .* sleep 1000\n/,
		);
		expect(await type('docker top box -o pid,comm | head -n 2')).toMatch(/^PID +COMMAND\n\d+ +sleep *$/);
		expect(await refused('docker top nosuch')).toEqual([
			1,
			'Error response from daemon: No such container: nosuch',
		]);
		expect(await refused('docker top box -o pid=PID,comm -o x=PID')).toEqual([
			1,
			'Error response from daemon: specifying "x=PID" is not allowed',
		]);
	});
});

describe('events', () => {
	const told = (filters: string, format = '{{.Type}} {{.Action}}') =>
		type(`docker events --since 1h --until $(date +%s.%N) ${filters} --format '${format}'`);

	it.each([
		['--filter container=bo --filter event=start', 'container start'],
		[
			'--filter event=exec_create --filter event=star --filter container=box',
			/^container start\ncontainer exec_create: /,
		],
		['--filter event=star', ''],
		['--filter label=role=web --filter label=tier --filter event=create', 'container create'],
		['--filter label=role --filter label=nosuch', ''],
		['--filter image=busybox --filter type=container --filter event=create', 'container create'],
		['--filter type=volume', 'volume create\nvolume mount'],
		['--filter volume=dat --filter event=mount', 'volume mount'],
		['--filter network=bri', 'network connect'],
		['--filter event=top', 'container top\ncontainer top'],
		['--filter scope=local --filter event=mount', 'volume mount'],
		['--filter daemon=x', ''],
		['--filter type=nosuch', ''],
	])('pass the filter %s', async (filters, wanted) => {
		const lines = await told(filters);
		if (typeof wanted === 'string') expect(lines).toBe(wanted);
		else expect(lines).toMatch(wanted);
	});

	it('tell what a volume is mounted for', async () => {
		const id = await type("docker inspect -f '{{.Id}}' box");
		expect(JSON.parse(await told('--filter event=mount', '{{json .Actor}}'))).toEqual({
			ID: 'data',
			Attributes: {
				container: id,
				destination: '/data',
				driver: 'local',
				propagation: '',
				'read/write': 'true',
			},
		});
	});

	it.each([
		['--since garbage', 'failed to parse value as time or duration: "garbage"'],
		['--filter type', /^invalid argument "type" for "-f, --filter" flag: bad format of filter/],
		[
			"--format '{{.Nope}}'",
			/^Error parsing format: template: :1:2: executing "" at <.Nope>: can't evaluate field Nope/,
		],
		[
			'--since 1h --until 2h',
			/^Error response from daemon: `since` time \(\d+\) cannot be after `until` time \(\d+\)$/,
		],
	])('refuse %s', async (args, wanted) => {
		const [, text] = await refused(`docker events ${args}`);
		if (typeof wanted === 'string') expect(text).toBe(wanted);
		else expect(text).toMatch(wanted);
	});
});

describe('stats', () => {
	it('tell once what a container uses, in any format', async () => {
		expect(await type('docker stats --no-stream box')).toMatch(
			/^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS\n[0-9a-f]{12} +box +\d+\.\d\d% +[\d.]+[KM]iB \/ [\d.]+[MG]iB +\d+\.\d\d% /,
		);
		const id = await type("docker inspect -f '{{.Id}}' box");
		expect(await type("docker stats --no-stream --no-trunc --format '{{.ID}} {{.Name}} {{.PIDs}}'")).toBe(
			`${id} box 2`,
		);
	});

	it('are drawn anew as containers come and go', async () => {
		const terminal = await Typist.open(sandbox);
		await terminal.type('docker stats\n');
		const drawn = await terminal.until(/box .*\x1b\[K\r\n \x1b\[K\r\n\x1b\[J/s);
		expect(drawn).toContain('\x1b[HCONTAINER ID   NAME');
		await type('docker run -d --name guest busybox sleep 1000');
		await terminal.until(/ guest +\d/);
		await type('docker rm -f guest');
		await terminal.until(/\x1b\[J\x1b\[HCONTAINER(?:(?!guest).)*\x1b\[J$/s);
		await terminal.type('\x03');
		await terminal.until('# ');
		await terminal.close();
	});

	it('of all show those that do not run too', async () => {
		await type('docker create --name idle busybox');
		expect(
			await type("docker stats -a --no-stream --format '{{.Name}} {{.CPUPerc}} {{.MemUsage}}' | grep idle"),
		).toBe('idle 0.00% 0B / 0B');
	});
});

// After the events, which are counted.
describe('top of another user’s processes', () => {
	it('shows them too', async () => {
		await type('docker run -d --name user -u 1000 busybox sleep 600');
		expect(await type('docker top user -o pid,comm')).toMatch(/^PID +COMMAND\n\d+ +sleep\s*$/);
		await type('docker rm -f user');
	});
});
