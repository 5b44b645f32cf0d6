import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generalWords, hintHtml, LOCALES, parseLesson, readLesson, sentenceHtml, type Lesson } from '#tutor';
import { subcommands } from '../../src/cli/parser/command.ts';
import { SLIP_REASONS } from '../../src/tutor/checks/check.ts';
import { findSlip } from '../../src/tutor/slips/slip.ts';
import { DOCKER_WORDS, Vocabulary } from '../../src/tutor/slips/vocabulary.ts';
import { created, stage } from './stage.ts';

const LESSONS = path.join(import.meta.dirname, '../../lessons');

const LESSON = `---
title: T
summary: S
minutes: 5
checks:
  - { id: pulled, kind: image, title: T, image: 'nginx' }
  - { id: box, kind: container, title: T, name: box, state: running }
---
\`\`\`console
$ docker pull nginx
\`\`\`
[check: pulled]
\`\`\`console
$ docker run -d --name box nginx
$ docker rm nosuchbox
\`\`\`
[check: box]
`;

const vocabulary = new Vocabulary(parseLesson({ id: 'a/b', locale: 'en', english: LESSON }));
const slipIn = (line: string, exitCode = 1, check = 'pulled') => {
	const slip = findSlip({ line, exitCode }, vocabulary, check);
	return slip && `${slip.reason}: ${slip.typed} → ${slip.meant}`;
};

describe('a slip', () => {
	for (const [line, slip] of [
		['docker pull ngnix', 'misspelt: ngnix → nginx'],
		['docker pull ngnix:latest', 'misspelt: ngnix:latest → nginx:latest'],
		['docker pull docker.io/library/ngixn', 'misspelt: docker.io/library/ngixn → docker.io/library/nginx'],
		['docker rnu -d nginx', 'misspelt: rnu → run'],
		['dokcer ps', 'misspelt: dokcer → docker'],
		['Docker ps', 'misspelt: Docker → docker'],
		['docker run -d --naem box nginx', 'misspelt: --naem → --name'],
		['docker run -d -name box nginx', 'misspelt: -name → --name'],
		['docker run -d --name=bx nginx', null],
		['docker run busybx true', 'misspelt: busybx → busybox'],
		['docker pull unbuntu', 'misspelt: unbuntu → ubuntu'],
		['dockerpull nginx', 'missing-space: dockerpull → docker pull'],
		['docker pullnginx', 'missing-space: pullnginx → pull nginx'],
		['docker run -d--name box nginx', 'missing-space: -d--name → -d --name'],
		['docker run —name box nginx', 'look-alike: —name → --name'],
		['docker run ——name box nginx', 'look-alike: ——name → --name'],
		['echo 20M 》 /tmp/x', 'look-alike: 》 → >'],
		['echo ￥HOME', 'look-alike: ￥HOME → $HOME'],
		['docker run –d nginx', 'look-alike: –d → -d'],
		['docker\u3000ps', 'look-alike: docker\u3000ps → docker ps'],
		['docker pull nginx：latest', 'look-alike: nginx：latest → nginx:latest'],
	] as const)
		it(`in "${line}" is ${slip ?? 'none'}`, () => {
			expect(slipIn(line)).toBe(slip);
		});

	it('is nothing the lesson says itself, and nothing that is far from all it says', () => {
		expect(slipIn('docker rm  nosuchbox')).toBeNull();
		for (const line of ['docker pull postgres', 'make coffee', 'docker rmi web2', 'false', 'echo 你好，世界'])
			expect(slipIn(line), line).toBeNull();
	});

	it('in a line that ended well is one only of what the check wants', () => {
		expect(slipIn('docker run -d --name boxx nginx', 0, 'box')).toBe('misspelt: boxx → box');
		expect(slipIn('docker run -d --name boxx nginx', 0, 'pulled')).toBeNull();
		expect(slipIn('docker run -d --name box2 nginx', 0, 'box')).toBeNull();
	});
});

describe('a learner who mistypes', () => {
	const CHECKS = `  - { id: pulled, kind: image, image: nginx, title: One }
  - { id: box, kind: container, name: box, title: Two, hints: { misspelt: 'Not {typed}.' } }`;

	it('is told of the word, until the next command', async () => {
		const { session, types, check, lesson } = stage(CHECKS);
		await session.settled();
		types('docker pll nginx', 1);
		await session.settled();
		expect(check()).toMatchObject({
			reason: 'misspelt',
			isMistake: true,
			facts: { typed: 'pll', meant: 'pull' },
		});
		const [first] = lesson.checks;
		if (!first) throw new Error('no check');
		expect(sentenceHtml('en', first, { reason: 'misspelt', facts: { typed: '<b>', meant: 'pull' } })).toBe(
			'You have typed <code>&lt;b&gt;</code>. Did you mean <code>pull</code>?',
		);
		expect(sentenceHtml('en', first, { reason: 'misspelt', facts: {} })).toBe('');
		types('docker version');
		await session.settled();
		expect(check()).toMatchObject({ reason: 'waiting' });
	});

	it('hears it in the words of the lesson where it has some', async () => {
		const { session, types, check, docker, lesson } = stage(CHECKS, { docker: { '/images/nginx/json': {} } });
		await session.settled();
		types('docker run --name boz nginx');
		await session.settled();
		const [, second] = lesson.checks;
		const state = check(1);
		if (!second || !state) throw new Error('no check');
		expect(hintHtml(second, state)).toBe('Not boz.');
		docker['/containers/box/json'] = { Name: '/box', State: { Status: 'running' } };
		types('true');
		await session.settled();
		expect(session.state.isDone).toBe(true);
	});

	it('is told of a container that does not exist, unless the lesson has the line', async () => {
		const { session, types, call, check } = stage(CHECKS);
		await session.settled();
		call({
			method: 'GET',
			path: '/containers/shop/json',
			status: 404,
			response: { message: 'No such container: shop' },
		});
		types('docker logs shop', 1);
		await session.settled();
		expect(check()).toMatchObject({ reason: 'no-container', facts: { name: 'shop' } });
		types('docker logs shop');
		await session.settled();
		expect(check()).toMatchObject({ reason: 'waiting' });
	});

	it('hears from the check where it knows more', async () => {
		const { session, types, call, event, check } = stage(
			`  - { id: box, kind: container-running, name: box, image: nginx, title: T }`,
		);
		await session.settled();
		call(created('nginx', [], 'boxx'));
		await event('start');
		types('docker run -d --name boxx nginx');
		await session.settled();
		expect(check()).toMatchObject({ reason: 'wrong-name', facts: { name: 'boxx', wanted: 'box' } });
	});

	it('hears from the author what the author has foreseen', async () => {
		let said = { exitCode: 1, stdout: 'there is no ca.crt' };
		const { session, types, check } = stage(
			`  - { id: trusted, kind: shell, title: T, script: 'ls', show: ['cp shop.crt d/ca.crt'], hints: { exit-1: '{output}', exit-3: 'It must end in .crt.' } }`,
			{ guest: () => said },
		);
		await session.settled();
		types('cp shop.crt d/ca.cert', 1);
		await session.settled();
		expect(check()).toMatchObject({ reason: 'misspelt', facts: { typed: 'd/ca.cert', meant: 'd/ca.crt' } });
		said = { exitCode: 3, stdout: 'ca.cert' };
		types('cp shop.crt d/ca.cert');
		await session.settled();
		expect(check()).toMatchObject({ reason: 'exit-3', isMistake: true });
		types('cp shop.crt d/ca.cirt', 1);
		await session.settled();
		expect(check()).toMatchObject({ reason: 'misspelt', facts: { typed: 'd/ca.cirt' } });
	});
});

describe('what is said of a slip', () => {
	for (const [reason, facts] of Object.entries(SLIP_REASONS))
		it(`of kind ${reason} has words in every language, with facts that are known then`, () => {
			for (const locale of LOCALES) {
				const words = generalWords(locale, 'image', reason) ?? '';
				expect(words).not.toBe('');
				for (const [, fact] of words.matchAll(/\{(\w+)\}/g)) expect(facts).toContain(fact);
			}
		});
});

describe('the vocabulary', () => {
	it('has exactly the commands that docker has', () => {
		const names = new Set(
			['', 'image', 'container', 'system'].flatMap((group) => subcommands(group)).map(({ name }) => name),
		);
		expect(DOCKER_WORDS.filter((word) => !names.has(word))).toEqual([]);
		expect(
			subcommands('')
				.map(({ name }) => name)
				.filter((name) => !DOCKER_WORDS.includes(name)),
		).toEqual([]);
	});
});

describe('the course', async () => {
	const files = (await readdir(LESSONS, { recursive: true })).filter((name) => name.endsWith('lesson.md'));
	const lessons: Lesson[] = [];
	for (const file of files.sort()) {
		const reading = readLesson(path.dirname(file), { en: await readFile(path.join(LESSONS, file), 'utf8') });
		if (reading.lessons.en) lessons.push(reading.lessons.en);
	}

	for (const lesson of lessons)
		it(`notices slips in ${lesson.id}, and none where there is none`, () => {
			const words = new Vocabulary(lesson);
			let slips = 0;
			for (const { command, check, isAtPrompt } of lesson.commands) {
				if (check === null || !isAtPrompt) continue;
				expect(findSlip({ line: command, exitCode: 1 }, words, check), command).toBeNull();
				const verb = /^docker (\w{3,})/.exec(command)?.[1];
				if (verb === undefined) continue;
				const swapped = verb.slice(0, -2) + verb.slice(-1) + verb.slice(-2, -1);
				const glued = command.replace('docker ', 'docker');
				expect(findSlip({ line: glued, exitCode: 127 }, words, check), glued).toMatchObject({
					reason: 'missing-space',
					meant: `docker ${verb}`,
				});
				slips++;
				if (swapped === verb) continue;
				const line = command.replace(verb, swapped);
				expect(findSlip({ line, exitCode: 1 }, words, check), line).toMatchObject({
					reason: 'misspelt',
					typed: swapped,
				});
			}
			if (lesson.commands.some(({ command }) => /^docker \w/.test(command))) expect(slips).toBeGreaterThan(0);
		});
});
