import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { helpHtml, LessonSession, type MachineKeeper } from '#tutor';
import { stage } from './stage.ts';

const CHECKS = `  - id: one
    kind: container
    name: one
    title: One
    hints: { wrong-state: 'It is {state}.' }
    state: running
    help: [first, second]
  - { id: two, kind: container, name: two, title: Two, show: [docker start two, docker ps] }`;
const BODY = `Hello.

## First

[predict: what]
What will it print?

- [ ] a

  no
- [x] b

  yes

\`\`\`console
$ docker create one
$ docker start one
\`\`\`

[check: one]

## Second

\`\`\`goal
containers:
  - { name: two, state: running, ports: '80:80' }
images:
  - { name: shop, base: busybox, layers: 2 }
\`\`\`

[check: two]
`;

const running = { Name: '/x', State: { Status: 'running' }, Config: {}, HostConfig: {} };
const begin = (docker: Record<string, unknown> = {}) => stage(CHECKS, { docker, body: BODY });

describe('a session', () => {
	it('goes from step to step as checks pass, and a passed check stays passed', async () => {
		const { session, docker, event } = begin();
		await session.settled();
		expect(session.state).toMatchObject({ currentStep: 1, currentCheck: 'one', isDone: false });
		docker['/containers/one/json'] = running;
		await event('start');
		await expect.poll(() => session.state.currentCheck).toBe('two');
		delete docker['/containers/one/json'];
		docker['/containers/two/json'] = running;
		await event('start');
		await expect.poll(() => session.state.isDone).toBe(true);
		expect(session.state.steps.map(({ isDone }) => isDone)).toEqual([true, true, true]);
	});

	it('does not call a mistake what was so before, and does once the learner has done something', async () => {
		const { session, check, types } = begin({
			'/containers/one/json': { State: { Status: 'exited' }, Config: {} },
		});
		await session.settled();
		expect(check()).toMatchObject({ reason: 'wrong-state', isMistake: false });
		types('docker ps');
		await expect.poll(() => check()?.isMistake).toBe(true);
	});

	it('runs a script again under which things have changed: what it saw never was', async () => {
		const checks = "  - { id: one, kind: shell, title: One, script: 'true' }";
		let runs = 0;
		const table = stage(checks, {
			guest: async () => {
				runs++;
				if (runs === 1) return { exitCode: 1, stdout: 'not yet' };
				if (runs > 2) return { exitCode: 2, stdout: 'gone as well' };
				await table.event('destroy');
				await sleep(20);
				return { exitCode: 0 };
			},
		});
		await table.session.settled();
		expect(table.check()).toMatchObject({ isPassed: false, reason: 'exit-1' });
		table.types('docker image prune -af');
		await expect.poll(() => table.check()?.reason).toBe('exit-2');
		expect(table.check()).toMatchObject({ isPassed: false });
	});

	it('offers help after three vain commands, and on asking', async () => {
		const { session, check, types, lesson } = begin();
		await session.settled();
		expect(check()).toMatchObject({ helpShown: 0, hasMoreHelp: true });
		for (const line of ['a', 'b', 'c']) types(line);
		await expect.poll(() => check()).toMatchObject({ attempts: 3, helpShown: 1 });
		session.askHelp('one');
		expect(check()).toMatchObject({ helpShown: 2, hasMoreHelp: false });
		expect(lesson.checks[0] && helpHtml(lesson.checks[0], 2)).toEqual(['first', 'second']);
	});

	it('shows a command again where the text has it again', async () => {
		const body = '```console\n$ docker ps\n$ touch a\n$ docker ps\n$ touch b\n```\n[check: one]\n';
		const { session, types } = stage('  - { id: one, kind: container, name: one, title: One }', { body });
		await session.settled();
		const shown: string[] = [];
		for (let step = 0; step < 5; step++) {
			const command = session.state.next?.command ?? '';
			shown.push(command);
			session.typed(command);
			types(command);
			await session.settled();
		}
		expect(shown).toEqual(['docker ps', 'touch a', 'docker ps', 'touch b', 'docker ps']);
	});

	it('shows a command again that has failed, unless the text has it fail', async () => {
		const body = '```console\n$ docker run it\n$ curl it\n$ docker rm it\n```\n[check: one]\n';
		const { session, types } = stage('  - { id: one, kind: container, name: one, title: One }', { body });
		await session.settled();
		types('docker run it', 125);
		await session.settled();
		expect(session.state.next?.command).toBe('docker run it');
		session.typed('docker run it');
		types('docker run it', 125);
		await session.settled();
		types('docker ps');
		await session.settled();
		expect(session.state.next?.command).toBe('docker run it');
		types('docker run it');
		await session.settled();
		session.typed('curl it');
		types('curl it', 7);
		await session.settled();
		expect(session.state.next?.command).toBe('docker rm it');
	});

	it('shows the next command that was not run yet', async () => {
		const { session, types, docker, event } = begin();
		await session.settled();
		expect(session.state.next).toEqual({ command: 'docker create one', terminal: 1 });
		types('docker  create one');
		await expect.poll(() => session.state.next?.command).toBe('docker start one');
		docker['/containers/one/json'] = running;
		await event('start');
		await expect.poll(() => session.state.next?.command).toBe('docker start two');
		session.typed('docker start two');
		expect(session.state.next?.command).toBe('docker ps');
	});

	it('explains a prediction once its command has been run, and takes one answer only', async () => {
		const { session, types } = begin();
		session.answer('what', 0);
		session.answer('what', 1);
		expect(session.state.questions[0]).toMatchObject({ chosen: 0, isRight: false, isExplained: false });
		types('docker create one');
		await expect.poll(() => session.state.questions[0]?.isExplained).toBe(true);
	});

	it('shows what there is beside the goal', async () => {
		const layers = (...names: string[]) => ({ RootFS: { Layers: names }, Size: 5 });
		const { session, docker, event } = begin({
			'/containers/one/json': running,
			'/images/busybox/json': layers('a'),
		});
		await session.settled();
		expect(session.state.goals[0]).toMatchObject({
			isReached: false,
			items: [
				{ is: 'container', now: null },
				{ is: 'image', now: null },
			],
		});
		docker['/images/shop/json'] = layers('a', 'b');
		docker['/containers/two/json'] = {
			...running,
			HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }] } },
		};
		await event('start');
		await expect.poll(() => session.state.goals[0]?.isReached).toBe(true);
		expect(session.state.goals[0]?.items[1]).toMatchObject({
			now: {
				layers: [
					{ digest: 'a', isShared: true },
					{ digest: 'b', isShared: false },
				],
			},
		});
	});

	it('sees a goal reached together with the last check of its step', async () => {
		const body = '## First\n\n```goal\nvolumes: [data]\n```\n\n[check: one]\n\n## Second\n\n[check: two]\n';
		const { session, docker, event } = stage(CHECKS, { body });
		await session.settled();
		Object.assign(docker, { '/containers/one/json': running, '/volumes/data': {} });
		await event('start');
		await expect
			.poll(() => session.state)
			.toMatchObject({ currentCheck: 'two', goals: [{ isReached: true }] });
	});

	it('stops an expression that takes for ever, says so, and goes on with the other checks', async () => {
		const { session, check, types } = stage(
			`  - { id: one, kind: output-seen, title: One, pattern: '(a+)+$' }
  - { id: two, kind: command, title: Two, pattern: '^echo' }`,
		);
		types(`echo ${'a'.repeat(40)}!`);
		await expect.poll(() => check(1)?.isPassed, { timeout: 15_000 }).toBe(true);
		expect(check()).toMatchObject({ isPassed: false, reason: 'unusable' });
		session.dispose();
	});

	it('takes up what was passed before', () => {
		const progress = {
			lesson: 'path/test',
			version: 1,
			passed: ['one'],
			answers: { what: 1, gone: 3 },
			doneAt: null,
			changedAt: 1,
		};
		const { session } = stage(CHECKS, { body: BODY, progress });
		expect(session.state).toMatchObject({ currentCheck: 'two', questions: [{ chosen: 1, isRight: true }] });
		expect(session.progress(7)).toEqual({ ...progress, answers: { what: 1 }, changedAt: 7 });
	});
});

describe('reset and undo', () => {
	/** Keeps what Docker says in place of a whole machine. */
	function keeper(docker: Record<string, unknown>): MachineKeeper & { count(): number } {
		const kept = new Map<number, string>();
		let next = 1;
		return {
			count: () => kept.size,
			save: () => {
				kept.set(next, JSON.stringify(docker));
				return Promise.resolve(next++);
			},
			restore: (saved) => {
				for (const key of Object.keys(docker)) delete docker[key];
				Object.assign(docker, JSON.parse(kept.get(saved) ?? '{}'));
				return Promise.resolve();
			},
			forget: (saved) => {
				kept.delete(saved);
				return Promise.resolve();
			},
		};
	}

	const watched = async () => {
		const docker: Record<string, unknown> = {};
		const machine = keeper(docker);
		const staged = stage(CHECKS, { docker, body: BODY, machine });
		await expect.poll(() => staged.session.state.reset).toBe('possible');
		await staged.session.settled();
		return { ...staged, machine };
	};

	it('put back the machine together with what was passed', async () => {
		const { session, docker, event, types } = await watched();
		expect(session.state.undo).toBe('impossible');
		docker['/containers/one/json'] = running;
		await event('start');
		types('docker start one');
		await expect.poll(() => session.state).toMatchObject({ undo: 'possible', currentCheck: 'two' });
		await session.undo();
		await session.settled();
		expect(docker).toEqual({});
		expect(session.state).toMatchObject({ currentCheck: 'one', undo: 'impossible' });
		docker['/containers/one/json'] = running;
		await session.reset();
		await session.settled();
		expect(session.state.checks.map(({ isPassed }) => isPassed)).toEqual([false, false]);
		expect(docker).toEqual({});
	});

	it('know where the shell was', async () => {
		const { session, types, shows } = await watched();
		for (const [index, directory] of ['/srv', '/tmp'].entries()) {
			types(`cd ${directory}`);
			shows(`\x1b]633;P;Cwd=${directory}\x07`);
			await expect.poll(() => session.state.checks[0]?.attempts).toBe(index + 1);
			await session.settled();
		}
		expect([session.directoryOf('1'), session.directoryOf('2')]).toEqual(['/tmp', undefined]);
		await session.undo();
		expect(session.directoryOf('1')).toBe('/srv');
		await session.reset();
		expect(session.directoryOf('1')).toBeUndefined();
	});

	it('keep no more machines than can be gone back to', async () => {
		const { machine, types, session } = await watched();
		for (let index = 0; index < 5; index++) {
			types(`command ${index}`);
			await expect.poll(() => session.state.checks[0]?.attempts).toBe(index + 1);
			await sleep(20);
		}
		expect(machine.count()).toBeLessThanOrEqual(3);
		await expect(session.undo().then(() => session.undo())).rejects.toThrow('nothing to undo');
	});

	it('cannot be asked for where machines are not kept', async () => {
		const { session } = begin();
		await session.settled();
		expect(session.state).toMatchObject({ undo: 'impossible', reset: 'impossible' });
		await expect(session.reset()).rejects.toThrow('no start');
		expect(session).toBeInstanceOf(LessonSession);
	});
});
