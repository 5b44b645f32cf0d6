/** `docker manifest inspect`, which asks the registry itself. */
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#oci';
import { docker } from '../../support/command.ts';
import { EngineFixture } from '../../support/engine.ts';

const fixture = new EngineFixture();
const inspect = (...args: string[]) =>
	docker(fixture.engine.handle, ['manifest', 'inspect', ...args], { registries: fixture.engine.registries });
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
let raw = '';
let digest = '';

beforeAll(async () => {
	({ manifest: digest } = await fixture.registry.add('library/app', ['latest']));
	const { body } = fixture.registry.paths.get('/v2/library/app/manifests/latest') ?? {};
	raw = new TextDecoder().decode(body);
	const list = { schemaVersion: 2, mediaType: LIST, manifests: [entry('386'), entry('arm', 'v7')] };
	const index = new TextEncoder().encode(JSON.stringify(list));
	for (const reference of ['many', await digestOf(index)])
		fixture.registry.paths.set(`/v2/library/app/manifests/${reference}`, { body: index, type: LIST });
});

function entry(architecture: string, variant?: string) {
	return { mediaType: IMAGE, size: raw.length, digest, platform: { architecture, os: 'linux', variant } };
}

describe('docker manifest inspect', () => {
	it('shows an image’s manifest as the registry has it, indented', async () => {
		const stdout = `${JSON.stringify(JSON.parse(raw), null, '\t')}\n`;
		for (const name of ['app', 'docker.io/library/app:latest', `app@${digest}`])
			expect(await inspect(name)).toEqual({ exitCode: 0, stdout, stderr: '' });
	});

	it('tells more of it when asked to', async () => {
		const { stdout } = await inspect('--verbose', 'app');
		expect(JSON.parse(stdout)).toEqual({
			Ref: 'docker.io/library/app:latest',
			Descriptor: {
				mediaType: IMAGE,
				digest,
				size: raw.length,
				platform: { architecture: '386', os: 'linux' },
			},
			Raw: btoa(raw),
			OCIManifest: JSON.parse(raw),
		});
	});

	it('shows a list with the platforms that it names, each manifest looked at', async () => {
		const manifests = [entry('386'), entry('arm', 'v7')];
		const mediaType = 'application/vnd.oci.image.index.v1+json';
		const stdout = `${JSON.stringify({ schemaVersion: 2, mediaType, manifests }, null, 3)}\n`;
		expect(await inspect('app:many')).toEqual({ exitCode: 0, stdout, stderr: '' });
		const all = JSON.parse((await inspect('-v', 'app:many')).stdout) as { Ref: string }[];
		expect(all.map(({ Ref }) => Ref)).toEqual([
			`docker.io/library/app:many@${digest}`,
			`docker.io/library/app:many@${digest}`,
		]);
	});

	it('says that there is none', async () => {
		for (const name of ['app:none', 'nosuch'])
			expect(await inspect(name)).toEqual({
				exitCode: 1,
				stdout: '',
				stderr: `no such manifest: docker.io/library/${name === 'nosuch' ? 'nosuch:latest' : name}\n`,
			});
	});
});
