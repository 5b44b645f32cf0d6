import { describe, expect, it } from 'vitest';
import { docker } from '../../support/command.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { CannedEngine } from '../wire/canned-engine.ts';

const CONFIG = '/root/.docker/config.json';
const KEPT = '{"auths":{"localhost:5000":{"auth":"Ym9iOnNlY3JldA=="}}}';

async function login(files: MemoryFiles, ...args: string[]) {
	const engine = new CannedEngine();
	const result = await docker(engine.handler, ['login', ...args], { files, env: { HOME: '/root' } });
	return { ...result, sent: engine.sent.find(({ url }) => url.endsWith('/auth'))?.body };
}

describe('docker login', () => {
	it('uses what was kept of the last time, and says so', async () => {
		const files = new MemoryFiles({ [CONFIG]: KEPT });
		expect(await login(files, 'localhost:5000')).toEqual({
			exitCode: 0,
			stdout: 'Login Succeeded\n',
			stderr:
				"Authenticating with existing credentials... [Username: bob]\n\n Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n\n\n",
			sent: { username: 'bob', password: 'secret', serveraddress: 'localhost:5000' },
		});
	});

	it('does not keep, nor warn of, what is kept already', async () => {
		const files = new MemoryFiles({ [CONFIG]: KEPT });
		const warning = 'WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n';
		expect((await login(files, '-u', 'bob', '-p', 'secret', 'localhost:5000')).stderr).toBe(warning);
		expect(new TextDecoder().decode(await files.read(CONFIG))).toBe(KEPT);
		expect((await login(files, '-u', 'eve', '-p', 'other', 'localhost:5000')).stderr).toContain(
			"\nWARNING! Your credentials are stored unencrypted in '/root/.docker/config.json'.\n",
		);
		expect(new TextDecoder().decode(await files.read(CONFIG))).toContain(btoa('eve:other'));
	});
});

describe('docker logout', () => {
	const logout = (files: MemoryFiles, ...args: string[]) =>
		docker(new CannedEngine().handler, ['logout', ...args], { files, env: { HOME: '/root' } });

	it('says the same whether there is something to forget or not', async () => {
		const files = new MemoryFiles();
		expect(await logout(files)).toEqual({
			exitCode: 0,
			stdout: 'Removing login credentials for https://index.docker.io/v1/\n',
			stderr: '',
		});
		await expect(files.read(CONFIG)).rejects.toThrow();
	});

	it('forgets under every name that the registry may have been kept by', async () => {
		const files = new MemoryFiles({ [CONFIG]: KEPT.replace('localhost', 'https://localhost') });
		expect((await logout(files, 'http://localhost:5000/v2')).stdout).toBe(
			'Removing login credentials for localhost:5000\n',
		);
		expect(JSON.parse(new TextDecoder().decode(await files.read(CONFIG)))).toEqual({ auths: {} });
	});
});
