import { beforeEach, describe, expect, it } from 'vitest';
import { notFound } from '#base';
import { docker } from '../../support/command.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

// Observed with client 28.2.2.

let files: MemoryFiles;
beforeEach(() => {
	files = new MemoryFiles();
});

/** Contexts ask no engine. */
const noEngine = () => Promise.reject(notFound('the engine was asked'));
const run = (argv: string[], env: Record<string, string> = {}) =>
	docker(noEngine, argv, { files, env: { HOME: '/root', ...env } });

const A1 = '/root/.docker/contexts/meta/f55ff16f66f43360266b95db6f8fec01d76031054306ae4a4b380598f6cfd114';

describe('docker context', () => {
	it('keeps a context in a folder named by its hash', async () => {
		expect(
			await run([
				'context',
				'create',
				'a1',
				'--docker',
				'host=tcp://x:1,skip-tls-verify=true',
				'--description',
				'd d',
			]),
		).toEqual({ exitCode: 0, stdout: 'a1\n', stderr: 'Successfully created context "a1"\n' });
		expect(new TextDecoder().decode(await files.read(`${A1}/meta.json`))).toBe(
			'{"Name":"a1","Metadata":{"Description":"d d"},"Endpoints":{"docker":{"Host":"tcp://x:1","SkipTLSVerify":true}}}',
		);
		expect((await run(['context', 'ls'])).stdout).toBe(
			'NAME        DESCRIPTION                               DOCKER ENDPOINT               ERROR\n' +
				'a1          d d                                       tcp://x:1                     \n' +
				'default *   Current DOCKER_HOST based configuration   unix:///var/run/docker.sock   \n',
		);
		expect(JSON.parse((await run(['context', 'inspect', 'a1'])).stdout)).toEqual([
			{
				Name: 'a1',
				Metadata: { Description: 'd d' },
				Endpoints: { docker: { Host: 'tcp://x:1', SkipTLSVerify: true } },
				TLSMaterial: {},
				Storage: { MetadataPath: A1, TLSPath: A1.replace('meta', 'tls') },
			},
		]);
		const format = async (text: string) => (await run(['context', 'inspect', 'a1', '-f', text])).stdout;
		expect(await format('{{.Metadata}} {{.Metadata.Metadata.Description}}')).toBe(
			'{a1 {d d map[]} map[docker:{tcp://x:1 true}]} d d\n',
		);
		expect((await run(['context', 'inspect', 'a1', '-f', '{{.Metadata.Description}}'])).stderr).toBe(
			'template parsing error: template: :1:11: executing "" at <.Metadata.Description>: can\'t evaluate field Description in type store.Metadata\n',
		);
	});

	it('is used, and then its engine is the one that is asked', async () => {
		await run(['context', 'create', 'other', '--docker', 'host=unix:///tmp/nosuch.sock']);
		expect(await run(['context', 'use', 'other'])).toEqual({
			exitCode: 0,
			stdout: 'other\n',
			stderr: 'Current context is now "other"\n',
		});
		expect((await run(['context', 'show'])).stdout).toBe('other\n');
		expect((await run(['ps'])).stderr).toBe(
			'Cannot connect to the Docker daemon at unix:///tmp/nosuch.sock. Is the docker daemon running?\n',
		);
		expect((await run(['context', 'rm', 'other'])).stderr).toBe(
			'context "other" is in use, set -f flag to force remove\n',
		);
		await run(['context', 'use', 'default']);
		expect(await run(['context', 'rm', 'other'])).toEqual({ exitCode: 0, stdout: 'other\n', stderr: '' });
		expect(files.below('/root/.docker/contexts/meta')).toEqual(['./']);
	});

	it('comes and goes as an archive', async () => {
		await run(['context', 'create', 'a1', '--docker', 'host=tcp://x:1']);
		expect((await run(['context', 'export', 'a1', '/tmp/a1.tar'])).stderr).toBe(
			'Written file "/tmp/a1.tar"\n',
		);
		expect((await run(['context', 'import', 'b1', '/tmp/a1.tar'])).stdout).toBe('b1\n');
		expect((await run(['context', 'inspect', '-f', '{{.Endpoints.docker.Host}}', 'b1'])).stdout).toBe(
			'tcp://x:1\n',
		);
	});

	it.each([
		[['use'], 'accepts 1 arg(s), received 0'],
		[['create', 'default'], '"default" is a reserved context name'],
		[
			['create', 'x y'],
			'context name "x y" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"',
		],
		[
			['create', 'bb', '--docker', 'hos=x'],
			'unable to create docker endpoint config: unrecognized config key: hos',
		],
		[['rm', 'nosuch'], 'context "nosuch" does not exist'],
		[['rm', 'default'], 'context "default" cannot be removed'],
		[['use', 'a1'], `context "a1": context not found: open ${A1}/meta.json: no such file or directory`],
	])('%j is refused', async (args, message) => {
		expect(await run(['context', ...args])).toEqual({ exitCode: 1, stdout: '', stderr: `${message}\n` });
	});
});

describe('the engine that is asked', () => {
	it.each([
		[
			['-H', 'unix:///x', 'ps'],
			'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
		],
		[
			['-c', 'a1', 'ps'],
			`Failed to initialize: unable to resolve docker endpoint: context "a1": context not found: open ${A1}/meta.json: no such file or directory`,
		],
		[['-H', 'unix:///x', '-c', 'a1', 'ps'], 'conflicting options: cannot specify both --host and --context'],
		[['--log-level', 'foo', 'ps'], 'Unable to parse logging level: foo'],
	])('%j', async (argv, message) => {
		expect(await run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: `${message}\n` });
	});

	it('is named by DOCKER_HOST', async () => {
		expect((await run(['ps'], { DOCKER_HOST: 'tcp://localhost:1' })).stderr).toBe(
			'Cannot connect to the Docker daemon at tcp://localhost:1. Is the docker daemon running?\n',
		);
	});
});
