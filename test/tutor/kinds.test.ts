import { describe, expect, it } from 'vitest';
import { checkKinds } from '#tutor';
import { stage } from './stage.ts';

interface Case {
	/** The check's fields as YAML. */
	fields: string;
	/** What Docker and the machine say, and whether the check passes then; otherwise the reason. */
	when: {
		docker?: Record<string, unknown>;
		guest?: string | { exitCode?: number; stdout?: string };
		is: string;
	}[];
}

const container = (more: object): object => ({
	Name: '/web',
	State: { Status: 'running', Running: true, Pid: 42 },
	...more,
});
const layers = (...names: string[]): object => ({
	Id: names.join(''),
	RootFS: { Layers: names },
	Config: { User: 'app' },
});

/** For each kind that asks what is: when it passes, and when it fails for which reason. What a learner does is in the other tests. */
const CASES: Record<string, Case[]> = {
	container: [
		{
			fields:
				'name: web, state: running, image: nginx, config: { HostConfig.Memory: 64, Config.Labels.a.b: x }',
			when: [
				{ is: 'waiting' },
				{ docker: { '/containers/web/json': container({ Config: { Image: 'debian' } }) }, is: 'wrong-image' },
				{
					docker: { '/containers/web/json': { State: { Status: 'exited' }, Config: { Image: 'nginx' } } },
					is: 'wrong-state',
				},
				{
					docker: {
						'/containers/web/json': container({ Config: { Image: 'nginx' }, HostConfig: { Memory: 0 } }),
					},
					is: 'wrong-config',
				},
				{
					docker: {
						'/containers/web/json': container({
							Config: { Image: 'nginx:latest', Labels: { 'a.b': 'x' } },
							HostConfig: { Memory: 64 },
						}),
					},
					is: 'pass',
				},
			],
		},
	],
	image: [
		{
			fields: 'image: "shop:1", basedOn: busybox, layersAdded: 1, config: { Config.User: app }',
			when: [
				{ is: 'waiting' },
				{
					docker: { '/images/shop:1/json': layers('x', 'y'), '/images/busybox/json': layers('a') },
					is: 'not-based-on',
				},
				{
					docker: { '/images/shop:1/json': layers('a', 'b', 'c'), '/images/busybox/json': layers('a') },
					is: 'layer-count',
				},
				{
					docker: { '/images/shop:1/json': layers('a', 'b'), '/images/busybox/json': layers('a') },
					is: 'pass',
				},
			],
		},
		{
			fields: 'image: mine, sameAs: yours',
			when: [
				{
					docker: { '/images/mine/json': layers('a'), '/images/yours/json': layers('b') },
					is: 'other-image',
				},
				{ docker: { '/images/mine/json': layers('a'), '/images/yours/json': layers('a') }, is: 'pass' },
			],
		},
		{
			fields: 'image: old, absent: true',
			when: [{ docker: { '/images/old/json': layers('a') }, is: 'still-there' }, { is: 'pass' }],
		},
	],
	layer: [
		{
			fields: 'image: shop, has: /a, hides: /b',
			when: [
				{ is: 'waiting' },
				{
					docker: { '/images/shop/json': { GraphDriver: { Data: { UpperDir: '/top', LowerDir: '/low' } } } },
					guest: 'no\nhidden\n',
					is: 'not-in-layer',
				},
				{
					docker: { '/images/shop/json': { GraphDriver: { Data: { UpperDir: '/top', LowerDir: '/low' } } } },
					guest: 'there\nno\n',
					is: 'not-hidden',
				},
				{
					docker: { '/images/shop/json': { GraphDriver: { Data: { UpperDir: '/top', LowerDir: '/low' } } } },
					guest: 'there\nhidden\n',
					is: 'pass',
				},
			],
		},
	],
	history: [
		{
			fields: 'image: shop, createdBy: "echo", entries: 2',
			when: [
				{ is: 'waiting' },
				{ docker: { '/images/shop/history': [{ CreatedBy: 'sh' }] }, is: 'not-in-history' },
				{ docker: { '/images/shop/history': [{ CreatedBy: 'echo' }] }, is: 'entry-count' },
				{ docker: { '/images/shop/history': [{ CreatedBy: 'sh' }, { CreatedBy: 'echo 1' }] }, is: 'pass' },
			],
		},
	],
	dangling: [
		{
			fields: 'count: 1',
			when: [
				{ docker: { '/images/json': [{ Id: 'a', RepoTags: ['x:1'] }] }, is: 'dangling-count' },
				{
					docker: {
						'/images/json': [
							{ Id: 'a', RepoTags: [] },
							{ Id: 'b', RepoTags: ['x:1'] },
						],
					},
					is: 'pass',
				},
			],
		},
	],
	volume: [
		{
			fields: 'name: data, usedBy: web, at: /data',
			when: [
				{ is: 'waiting' },
				{ docker: { '/volumes/data': {}, '/containers/web/json': { Mounts: [] } }, is: 'not-mounted' },
				{
					docker: {
						'/volumes/data': {},
						'/containers/web/json': { Mounts: [{ Name: 'data', Destination: '/x' }] },
					},
					is: 'wrong-place',
				},
				{
					docker: {
						'/volumes/data': {},
						'/containers/web/json': { Mounts: [{ Name: 'data', Destination: '/data' }] },
					},
					is: 'pass',
				},
			],
		},
	],
	network: [
		{
			fields: 'name: front, driver: bridge, containers: [web]',
			when: [
				{ is: 'waiting' },
				{ docker: { '/networks/front': { Driver: 'null' } }, is: 'wrong-driver' },
				{ docker: { '/networks/front': { Driver: 'bridge', Containers: {} } }, is: 'not-connected' },
				{
					docker: { '/networks/front': { Driver: 'bridge', Containers: { x: { Name: 'web' } } } },
					is: 'pass',
				},
			],
		},
	],
	registry: [
		{
			fields: 'at: "localhost:5000", repository: shop, tags: ["1"]',
			when: [
				{ guest: { exitCode: 7, stdout: '\n000' }, is: 'waiting' },
				{ guest: '{}\n401', is: 'no-login' },
				{ guest: '{"errors":[]}\n404', is: 'no-repository' },
				{ guest: '{"tags":["2"]}\n200', is: 'no-tag' },
				{ guest: '{"tags":["1","2"]}\n200', is: 'pass' },
			],
		},
	],
	file: [
		{
			fields: 'path: /root/a, is: file, mode: "644", owner: root, minSize: 2, contains: ^hi',
			when: [
				{ guest: 'absent\n', is: 'waiting' },
				{ guest: 'directory|755|root|0|\n', is: 'wrong-kind' },
				{ guest: 'regular file|600|root|3|\nhi\n', is: 'wrong-mode' },
				{ guest: 'regular file|644|app|3|\nhi\n', is: 'wrong-owner' },
				{ guest: 'regular file|644|root|1|\nh', is: 'wrong-size' },
				{ guest: 'regular file|644|root|3|\nho\n', is: 'wrong-content' },
				{ guest: 'regular file|644|root|3|\nhi\n', is: 'pass' },
			],
		},
		{
			fields: 'path: /root/l, target: /x',
			when: [
				{ guest: 'symbolic link|777|root|1|/y\n', is: 'wrong-target' },
				{ guest: 'symbolic link|777|root|1|/x\n', is: 'pass' },
			],
		},
		{
			fields: 'path: /a, container: web',
			when: [
				{ is: 'no-container' },
				{ docker: { '/containers/web/json': container({}) }, guest: 'directory|755|root|0|\n', is: 'pass' },
			],
		},
	],
	process: [
		{
			fields: 'command: ^sleep, user: app, state: S',
			when: [
				{ guest: '1 0 root Ss /sbin/init\n', is: 'waiting' },
				{ guest: '7 1 root S sleep 9\n', is: 'wrong-user' },
				{ guest: '7 1 app Z sleep 9\n', is: 'wrong-state' },
				{ guest: '7 1 app S sleep 9\n', is: 'pass' },
			],
		},
		{
			fields: 'command: sh, container: web, count: 2',
			when: [
				{ is: 'process-count' },
				{
					docker: {
						'/containers/web/top': {
							Processes: [
								['1', '0', 'root', 'S', 'sh'],
								['2', '1', 'root', 'S', 'sh'],
							],
						},
					},
					is: 'pass',
				},
			],
		},
	],
	namespace: [
		{
			fields: 'type: uts, container: web, own: true',
			when: [
				{ is: 'waiting' },
				{ docker: { '/containers/web/json': container({}) }, guest: 'uts:[1]\nuts:[1]\n', is: 'not-own' },
				{ docker: { '/containers/web/json': container({}) }, guest: 'uts:[1]\nuts:[2]\n', is: 'pass' },
			],
		},
		{
			fields: 'type: net, container: web, shares: host',
			when: [
				{ docker: { '/containers/web/json': container({}) }, guest: 'net:[1]\nnet:[2]\n', is: 'not-shared' },
				{ docker: { '/containers/web/json': container({}) }, guest: 'net:[1]\nnet:[1]\n', is: 'pass' },
			],
		},
	],
	cgroup: [
		{
			fields: 'group: mine, file: pids.max, max: 10, process: ^sleep',
			when: [
				{ guest: { exitCode: 9 }, is: 'waiting' },
				{ guest: '---\nmax\n', is: 'no-process' },
				{ guest: { exitCode: 1, stdout: 'sleep 9\n---\n' }, is: 'no-file' },
				{ guest: 'sleep 9\n---\nmax\n', is: 'wrong-value' },
				{ guest: 'sleep 9\n---\n10\n', is: 'pass' },
			],
		},
	],
	port: [
		{
			fields: 'port: 8080, status: 200, contains: Welcome',
			when: [
				{ guest: { exitCode: 7, stdout: '\n000' }, is: 'waiting' },
				{ guest: 'no\n404', is: 'wrong-status' },
				{ guest: 'Hello\n200', is: 'wrong-answer-text' },
				{ guest: 'Welcome\n200', is: 'pass' },
			],
		},
		{
			fields: 'port: 8080, closed: true',
			when: [
				{ guest: 'x\n200', is: 'still-answers' },
				{ guest: { exitCode: 7, stdout: '\n000' }, is: 'pass' },
			],
		},
	],
	shell: [
		{
			fields: 'script: "test -e a"',
			when: [
				{ guest: { exitCode: 3, stdout: 'working\nno a here\n' }, is: 'exit-3' },
				{ guest: { exitCode: 0 }, is: 'pass' },
			],
		},
	],
};

for (const [kind, cases] of Object.entries(CASES))
	describe(kind, () => {
		for (const { fields, when } of cases)
			for (const { docker, guest, is } of when)
				it(`${fields}: ${is} when ${JSON.stringify({ docker, guest })}`, async () => {
					const { session, check } = stage(
						`  - { id: a, title: A, kind: ${kind}, ${fields}, show: 'true' }`,
						{
							...(docker && { docker }),
							guest: () => (typeof guest === 'string' ? { stdout: guest } : (guest ?? {})),
						},
					);
					await session.settled();
					expect(check()?.isPassed ? 'pass' : check()?.reason).toBe(is);
				});
	});

describe('command', () => {
	it('wants the line, its exit code and its terminal', async () => {
		const lesson = stage(
			'  - { id: a, title: A, kind: command, pattern: "^ls -l", exitCode: 0, terminal: 2 }',
		);
		lesson.types('ls');
		await lesson.session.settled();
		expect(lesson.check()?.reason).toBe('waiting');
		lesson.types('ls -l', 0, '1');
		await expect.poll(() => lesson.check()).toMatchObject({ reason: 'wrong-terminal', isMistake: true });
		lesson.types('ls -l /nowhere', 2, '2');
		await expect.poll(() => lesson.check()).toMatchObject({ reason: 'exit-code', facts: { code: '2' } });
		lesson.types('ls -l', 0, '2');
		await expect.poll(() => lesson.check()?.isPassed).toBe(true);
	});
});

describe('answered', () => {
	it('wants the right answer, and takes a second try', async () => {
		const body = '[quiz: q]\nWhat?\n\n- [ ] a\n\n  no\n- [x] b\n\n  yes\n\n[check: a]';
		const { session, check } = stage('  - { id: a, title: A, kind: answered, quiz: q }', { body });
		session.answer('q', 0);
		await expect.poll(() => check()?.reason).toBe('wrong-answer');
		expect(session.state.questions[0]).toMatchObject({ chosen: 0, isRight: false, isExplained: true });
		session.answer('q', 1);
		await expect.poll(() => check()?.isPassed).toBe(true);
	});
});

it('every kind that asks what is has its cases', () => {
	const seen = [
		'container-running',
		'container-ran',
		'container-exited',
		'containers-removed',
		'containers-listed',
		'exec-ran',
		'output-seen',
		'command',
		'answered',
	];
	expect([...Object.keys(CASES), ...seen].sort()).toEqual(Object.keys(checkKinds).sort());
});
