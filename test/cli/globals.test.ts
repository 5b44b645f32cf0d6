import { describe, expect, it } from 'vitest';
import { docker } from '../support/command.ts';
import { EngineFixture } from '../support/engine.ts';
import { MemoryFiles } from '../support/memory-files.ts';

// Observed with client 28.2.2.

async function run(line: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
	const fixture = await EngineFixture.withBusybox();
	return docker((request) => fixture.engine.handle(request), line.split(' '), {
		files: new MemoryFiles(files),
		env: { HOME: '/root', ...env },
	});
}

const OLD = 'Flag shorthand -h has been deprecated, use --help\n';

describe('-h', () => {
	it.each([
		['-h', `Usage:  docker [OPTIONS] COMMAND\n`, OLD],
		['-D -h', `Usage:  docker [OPTIONS] COMMAND\n`, OLD],
		['-h ps', 'Usage:  docker ps [OPTIONS]\n', OLD],
		['--help ps', 'Usage:  docker ps [OPTIONS]\n', ''],
		['ps -h', `${OLD}Usage:  docker ps [OPTIONS]\n`, ''],
		['container ls -h', `${OLD}Usage:  docker container ls [OPTIONS]\n`, ''],
	])('of docker %s still gives the help', async (line, begins, stderr) => {
		const result = await run(line);
		expect(result).toMatchObject({ exitCode: 0, stderr });
		expect(result.stdout.slice(0, begins.length)).toBe(begins);
	});
});

describe('TLS', () => {
	const unresolved = 'Failed to initialize: unable to resolve docker endpoint: open';
	const refused =
		'This sandbox has no engine that is reached with TLS: leave out --tls and --tlsverify, and unset DOCKER_TLS and DOCKER_TLS_VERIFY.';
	it.each([
		['--tls ps', {}, '/root/.docker/ca.pem'],
		['--tlsverify ps', { DOCKER_CERT_PATH: '/certs' }, '/certs/ca.pem'],
		['--tls --tlscacert /nope ps', {}, '/nope'],
		['--tlsverify=false ps', {}, '/root/.docker/ca.pem'],
		['ps', { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/certs' }, '/certs/ca.pem'],
		['ps', { DOCKER_TLS_VERIFY: '0' }, '/root/.docker/ca.pem'],
	])('asked for by docker %s wants the certificate of whom to trust', async (line, env, path) => {
		expect(await run(line, env)).toEqual({
			exitCode: 1,
			stdout: '',
			stderr: `${unresolved} ${path}: no such file or directory\n`,
		});
		expect(await run(line, env, { [path]: 'PEM' })).toEqual({
			exitCode: 1,
			stdout: '',
			stderr: `${refused}\n`,
		});
	});

	it('switched off by its option is not asked for by the environment', async () => {
		expect((await run('--tls=false ps', { DOCKER_TLS: '1' })).exitCode).toBe(0);
	});
});

it('builder prune sums up as the command itself does where the plugin is switched off', async () => {
	expect((await run('builder prune -f')).stdout).toBe('Total: 0B\n');
	expect((await run('builder prune -f', { DOCKER_BUILDKIT: '0' })).stdout).toBe(
		'Total reclaimed space: 0B\n',
	);
});
