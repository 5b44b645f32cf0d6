import { describe, expect, it } from 'vitest';
import type { ApiCall, HttpRequest, HttpResponse } from '#api';
import { hintHtml, LessonSession, parseLesson, type CheckState } from '#tutor';

const ID = 'a'.repeat(64);

/** A lesson with the checks given as YAML, and a session over events and calls that the test makes up. */
function begin(checks: string): {
	call(call: Partial<ApiCall>): void;
	event(action: string, attributes?: Record<string, string>, id?: string): Promise<void>;
	states(): readonly CheckState[];
} {
	const ids = Array.from(checks.matchAll(/id: (\w+)/g), (match) => match[1]);
	const english = `---\ntitle: T\nchecks:\n${checks}\n---\n${ids.map((id) => `[check: ${id}]`).join('\n')}`;
	const lesson = parseLesson({ id: 'test', locale: 'en', english });
	const events = new TransformStream<Uint8Array, Uint8Array>();
	const writer = events.writable.getWriter();
	let listener: (call: ApiCall) => void = () => undefined;
	const engine = (_: HttpRequest): Promise<HttpResponse> =>
		Promise.resolve({ status: 200, headers: [], body: events.readable });
	const session = new LessonSession(
		lesson,
		{
			engine,
			onApiCall: (listen) => {
				listener = listen;
				return () => undefined;
			},
			clock: { now: () => 0, sleep: () => Promise.resolve() },
		},
		() => undefined,
	);
	void session.watch();
	return {
		call: (call) =>
			listener({ method: 'POST', path: '', query: '', request: null, status: 200, response: null, ...call }),
		event: (action, attributes = {}, id = ID) =>
			writer.write(
				new TextEncoder().encode(
					`${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes } })}\n`,
				),
			),
		states: () => session.states,
	};
}

const created = (image: string, command: string[], name = ''): Partial<ApiCall> => ({
	path: '/containers/create',
	query: name ? `name=${name}` : '',
	request: { Image: image, Cmd: command },
	status: 201,
	response: { Id: ID },
});

describe('container-ran', () => {
	const checks = '  - { id: hello, title: Hello, kind: container-ran, image: busybox, command: echo }';

	it('passes once such a container has ended well, and stays passed', async () => {
		const lesson = begin(checks);
		lesson.call(created('docker.io/library/busybox:latest', ['/bin/echo', 'hi']));
		await lesson.event('start');
		expect(lesson.states()[0]).toMatchObject({ isPassed: false });
		await lesson.event('die', { exitCode: '0' });
		await expect.poll(() => lesson.states()[0]?.isPassed).toBe(true);
		await lesson.event('destroy');
		expect(lesson.states()[0]?.isPassed).toBe(true);
	});

	it('fails for a wrong exit code, command or image', async () => {
		const lesson = begin(checks);
		lesson.call(created('busybox', ['echo', 'hi']));
		await lesson.event('die', { exitCode: '3' });
		await expect.poll(() => lesson.states()[0]).toMatchObject({ reason: 'exit-code', facts: { code: '3' } });
		lesson.call({ ...created('busybox', ['ls']), response: { Id: 'b'.repeat(64) } });
		expect(lesson.states()[0]).toMatchObject({ reason: 'wrong-command', facts: { command: 'ls' } });
		lesson.call({ ...created('debian', ['echo']), response: { Id: 'c'.repeat(64) } });
		expect(lesson.states()[0]).toMatchObject({ reason: 'wrong-image', facts: { image: 'debian' } });
	});

	it('names an image that is not there, until another attempt goes well', () => {
		const lesson = begin(checks);
		lesson.call({ path: '/containers/create', request: { Image: 'busybx' }, status: 404 });
		expect(lesson.states()[0]?.reason).toBe('waiting');
		lesson.call({
			path: '/images/create',
			query: 'fromImage=busybx',
			status: 404,
			response: { message: 'no' },
		});
		expect(lesson.states()[0]).toMatchObject({
			reason: 'image-unknown',
			facts: { image: 'busybx', wanted: 'busybox' },
		});
		lesson.call(created('busybox', ['echo']));
		expect(lesson.states()[0]?.reason).toBe('waiting');
	});
});

describe('container-running', () => {
	const checks =
		'  - { id: web, title: Web, kind: container-running, name: web, image: nginx, publish: "8080:80" }';

	it('names a name already taken', () => {
		const lesson = begin(checks);
		const message = 'Conflict. The container name "/web" is already in use by container "x".';
		lesson.call({ ...created('nginx', [], 'web'), status: 409, response: { message } });
		expect(lesson.states()[0]).toMatchObject({ reason: 'name-taken', facts: { name: 'web' } });
	});

	it('names a container that has already exited', async () => {
		const lesson = begin(checks);
		lesson.call(created('nginx', ['true'], 'web'));
		await lesson.event('start', { name: 'web' });
		await lesson.event('die', { name: 'web', exitCode: '0' });
		await expect.poll(() => lesson.states()[0]?.reason).toBe('exited');
	});

	it('wants the port, and passes with it', async () => {
		const lesson = begin(checks);
		lesson.call(created('nginx', [], 'web'));
		await lesson.event('start', { name: 'web' });
		await expect.poll(() => lesson.states()[0]?.reason).toBe('not-published');
		const id = 'd'.repeat(64);
		const HostConfig = { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } };
		lesson.call({
			...created('nginx', [], 'web'),
			request: { Image: 'nginx', HostConfig },
			response: { Id: id },
		});
		await lesson.event('start', { name: 'web' }, id);
		await expect.poll(() => lesson.states()[0]?.isPassed).toBe(true);
	});
});

describe('a lesson', () => {
	const front = (checks: string): string => `---\ntitle: T\nchecks:\n${checks}\n---\n[check: a]\n`;
	const check = '  - { id: a, title: A, kind: container-exited, name: a }';

	it('never takes markup from its text', () => {
		const lesson = parseLesson({
			id: 'x',
			locale: 'en',
			english: `${front(check)}\n<img src=x onerror=alert(1)>`,
		});
		expect(JSON.stringify(lesson.sections)).not.toContain('<img');
	});

	it('tells its author what is wrong', () => {
		const read = (english: string) => () => parseLesson({ id: 'x', locale: 'en', english });
		expect(read('no front matter')).toThrow('must begin with front matter');
		expect(read(front('  - { id: a, title: A, kind: nope }'))).toThrow('no kind called nope');
		expect(read(front('  - { id: a, title: A, kind: container-exited }'))).toThrow('name must be text');
		expect(read(`---\ntitle: T\nchecks:\n${check}\n---\nnothing`)).toThrow('no line [check: a]');
	});

	it('has a hint for what the learner typed without taking it for markup', () => {
		const hint = hintHtml('en', {}, 'image-unknown', { image: '<b>`x`</b>', wanted: 'busybox' });
		expect(hint).not.toContain('<b>');
		expect(hint).toContain('busybox');
	});
});
