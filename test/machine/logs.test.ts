import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, startSandbox, Typist } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

const type = (script: string) => good(sandbox, script);
const LOG_PATH = (name: string) => `$(docker inspect -f '{{.LogPath}}' ${name})`;

/** The lines of a container's log in a file of json-file, and the streams they came on. */
const parsed = (json: string) =>
	json.split('\n').map((line) => {
		const { log, stream } = JSON.parse(line) as { log: string; stream: string };
		return `${stream} ${log}`;
	});

describe('the file of a log', () => {
	it('is there from the first start on, and has each line as soon as the container has ended', async () => {
		expect(
			await type(
				`docker create --name told busybox sh -c 'echo one; echo two >&2' >/dev/null; echo ${LOG_PATH('told')}`,
			),
		).toBe('');
		await type('docker start -a told');
		expect(await type(`stat -c %a ${LOG_PATH('told')}`)).toBe('640');
		expect(parsed(await type(`cat ${LOG_PATH('told')}`)).sort()).toEqual(['stderr two\n', 'stdout one\n']);
		await type('docker start -a told');
		expect(parsed(await type(`cat ${LOG_PATH('told')}`))).toHaveLength(4);
		expect(await type(`docker run --name mute busybox true; stat -c %s ${LOG_PATH('mute')}`)).toBe('0');
		expect(
			await type(
				`docker run -d --log-driver none --name gone busybox true >/dev/null; echo ${LOG_PATH('gone')}`,
			),
		).toBe('');
		const path = await type(`echo ${LOG_PATH('told')}`);
		expect(await type(`docker rm -f told mute gone >/dev/null; ls ${path} 2>&1 || true`)).toContain(
			'No such file',
		);
	});

	it('can be followed', async () => {
		await type(
			"docker run -d --name live busybox sh -c 'while [ ! -e /go ]; do sleep 0.1; done; echo late; exec sleep 1000'",
		);
		const typist = await Typist.open(sandbox);
		await typist.type(`tail -f ${LOG_PATH('live')}\n`);
		await typist.until('\n');
		await type('docker exec live touch /go');
		await typist.until('{"log":"late\\n","stream":"stdout","time":"');
		await typist.close();
		await type('docker rm -f live');
	});

	it('is turned over where the log is, as often', async () => {
		await type(
			'docker run --name turned --log-opt max-size=1k --log-opt max-file=3 busybox seq 100 >/dev/null',
		);
		const sizes = (await type(`stat -c '%s %n' ${LOG_PATH('turned')}*`)).split('\n');
		expect(sizes.map((line) => line.replace(/^\d+ .*-json/, ''))).toEqual(['.log', '.log.1', '.log.2']);
		for (const line of sizes.slice(1)) expect(Number.parseInt(line)).toBeGreaterThan(1000);
		for (const line of sizes.slice(1)) expect(Number.parseInt(line)).toBeLessThan(1200);
		const path = LOG_PATH('turned');
		const json = await type(`cat ${path}.2 ${path}.1 ${path}`);
		const logs = await type('docker logs turned');
		expect(parsed(json)).toEqual(logs.split('\n').map((line) => `stdout ${line}\n`));
		expect(logs).toMatch(/\n100$/);
		await type('docker rm turned');
	});

	it('is packed when it is turned over, if that was asked for', async () => {
		await type(
			'docker run --name packed --log-opt max-size=1k --log-opt max-file=3 --log-opt compress=true busybox seq 100 >/dev/null',
		);
		const path = await type(`echo ${LOG_PATH('packed')}`);
		expect((await type(`ls ${path}*`)).split('\n')).toEqual([path, `${path}.1.gz`, `${path}.2.gz`]);
		const json = await type(`zcat ${path}.2.gz ${path}.1.gz; cat ${path}`);
		const logs = await type('docker logs packed');
		expect(parsed(json)).toEqual(logs.split('\n').map((line) => `stdout ${line}\n`));
		await type('docker rm packed');
	});

	it('has a bound, as the log has: a hundred million bytes exhaust nothing', async () => {
		const free = () =>
			type("echo 3 >/proc/sys/vm/drop_caches; awk '/MemAvailable/ {print $2}' /proc/meminfo");
		const before = Number(await free());
		const flood =
			'seq 200000 | head -c 999999 >/f; echo >>/f; for i in $(seq 100); do cat /f; done; echo the end';
		await type(`docker run -d --name flood busybox sh -c '${flood}'; docker wait flood`);
		expect(await type('docker logs --tail 1 flood')).toBe('the end');
		expect(parsed(await type(`tail -n 1 ${LOG_PATH('flood')}`))).toEqual(['stdout the end\n']);
		expect(Number(await type(`stat -c %s ${LOG_PATH('flood')}`))).toBeLessThanOrEqual(8 << 20);
		expect(before - Number(await free())).toBeLessThan(16 << 10);
		await type('docker rm flood');
		expect(before - Number(await free())).toBeLessThan(4 << 10);
	});
});
