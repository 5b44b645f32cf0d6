import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { notFound } from '#base';
import { docker } from '../support/command.ts';

// help/: what `docker COMMAND --help` of the real client 28.2.2 prints on a Linux engine that is in no swarm, one file a command.
const folder = new URL('./help/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
	name.endsWith('.txt'),
);

/** Help asks no engine. */
const noEngine = () => Promise.reject(notFound('the engine was asked'));

describe('help', () => {
	it.each(files.map((name) => name.replace(/\.txt$/, '')))('%s', async (name) => {
		const words = name === 'docker' ? [] : name.split('/');
		const text = readFileSync(new URL(`${name}.txt`, folder), 'utf8');
		expect(await docker(noEngine, [...words, '--help'])).toEqual({ exitCode: 0, stdout: text, stderr: '' });
		if (name !== 'docker') expect((await docker(noEngine, ['help', ...words])).stdout).toBe(text);
	});
});
