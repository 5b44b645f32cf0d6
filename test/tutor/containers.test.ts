import { describe, expect, it } from 'vitest';
import { created, ID, stage } from './stage.ts';

describe('container-ran', () => {
	const checks = '  - { id: hello, title: Hello, kind: container-ran, image: busybox, command: echo }';

	it('passes once such a container has ended well, and stays passed', async () => {
		const lesson = stage(checks);
		lesson.call(created('docker.io/library/busybox:latest', ['/bin/echo', 'hi']));
		await lesson.event('start');
		expect(lesson.check()).toMatchObject({ isPassed: false });
		await lesson.event('die', { exitCode: '0' });
		await expect.poll(() => lesson.check()?.isPassed).toBe(true);
		await lesson.event('destroy');
		expect(lesson.check()?.isPassed).toBe(true);
	});

	it('fails for a wrong exit code, command or image', async () => {
		const lesson = stage(checks);
		lesson.call(created('busybox', ['echo', 'hi']));
		await lesson.event('die', { exitCode: '3' });
		await expect.poll(() => lesson.check()).toMatchObject({ reason: 'exit-code', facts: { code: '3' } });
		lesson.call({ ...created('busybox', ['ls']), response: { Id: 'b'.repeat(64) } });
		await expect
			.poll(() => lesson.check())
			.toMatchObject({ reason: 'wrong-command', facts: { command: 'ls' } });
		lesson.call({ ...created('busybox', []), response: { Id: 'd'.repeat(64) } });
		await expect.poll(() => lesson.check()).toMatchObject({ reason: 'no-command' });
		lesson.call({ ...created('debian', ['echo']), response: { Id: 'c'.repeat(64) } });
		await expect
			.poll(() => lesson.check())
			.toMatchObject({ reason: 'wrong-image', facts: { image: 'debian' } });
		expect(lesson.check()?.isMistake).toBe(true);
	});

	it('names an image that is not there, until another attempt goes well', async () => {
		const lesson = stage(checks);
		lesson.call({ path: '/containers/create', request: { Image: 'busybx' }, status: 404 });
		expect(lesson.check()?.reason).toBe('waiting');
		lesson.call({
			path: '/images/create',
			query: 'fromImage=docker.io%2Flibrary%2Fbusybx',
			status: 404,
			response: { message: 'no' },
		});
		await expect
			.poll(() => lesson.check())
			.toMatchObject({ reason: 'image-unknown', facts: { image: 'busybx', wanted: 'busybox' } });
		lesson.call(created('busybox', ['echo']));
		await expect.poll(() => lesson.check()?.reason).toBe('waiting');
	});
});

describe('container-running', () => {
	const checks =
		'  - { id: web, title: Web, kind: container-running, name: web, image: nginx, publish: "8080:80" }';

	it('names a name already taken', async () => {
		const lesson = stage(checks);
		const message = 'Conflict. The container name "/web" is already in use by container "x".';
		lesson.call({ ...created('nginx', [], 'web'), status: 409, response: { message } });
		await expect.poll(() => lesson.check()).toMatchObject({ reason: 'name-taken', facts: { name: 'web' } });
	});

	it('names a container that has already exited', async () => {
		const lesson = stage(checks);
		lesson.call(created('nginx', ['true'], 'web'));
		await lesson.event('start', { name: 'web' });
		await lesson.event('die', { name: 'web', exitCode: '0' });
		await expect.poll(() => lesson.check()?.reason).toBe('exited');
	});

	it('wants the port, and passes with it', async () => {
		const lesson = stage(checks);
		lesson.call(created('nginx', [], 'web'));
		await lesson.event('start', { name: 'web' });
		await expect.poll(() => lesson.check()?.reason).toBe('not-published');
		const id = 'd'.repeat(64);
		const HostConfig = { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } };
		lesson.call({
			...created('nginx', [], 'web'),
			request: { Image: 'nginx', HostConfig },
			response: { Id: id },
		});
		await lesson.event('start', { name: 'web' }, id);
		await expect.poll(() => lesson.check()?.isPassed).toBe(true);
	});

	it('wants it to have come through its start', async () => {
		const top = (...args: string[]) => ({ Processes: args.map((one) => ['7', '1', 'root', 'S', one]) });
		const docker: Record<string, unknown> = { [`/containers/${ID}/top`]: top('box: master') };
		const lesson = stage(
			"  - { id: box, title: Box, kind: container-running, name: box, process: '^box: worker' }",
			{ docker },
		);
		lesson.call(created('busybox', ['sh'], 'box'));
		await lesson.event('start', { name: 'box' });
		await expect.poll(() => lesson.check()?.reason).toBe('waiting');
		docker[`/containers/${ID}/top`] = top('box: master', 'box: worker');
		await lesson.event('update', { name: 'box' });
		await expect.poll(() => lesson.check()?.isPassed).toBe(true);
	});

	it('wants fields of docker inspect', async () => {
		const docker = { [`/containers/${ID}/json`]: { HostConfig: { Memory: 0 } } };
		const lesson = stage(
			'  - { id: box, title: Box, kind: container-running, name: box, config: { HostConfig.Memory: 67108864 } }',
			{ docker },
		);
		lesson.call(created('busybox', ['sh'], 'box'));
		await lesson.event('start', { name: 'box' });
		await expect
			.poll(() => lesson.check())
			.toMatchObject({
				reason: 'wrong-config',
				facts: { field: 'HostConfig.Memory', now: '0', wanted: '67108864' },
			});
		docker[`/containers/${ID}/json`] = { HostConfig: { Memory: 67108864 } };
		await lesson.event('update', { name: 'box' });
		await expect.poll(() => lesson.check()?.isPassed).toBe(true);
	});
});
