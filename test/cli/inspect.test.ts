import { expect, it } from 'vitest';
import { docker } from '../support/command.ts';
import { EngineFixture } from '../support/engine.ts';

it('says of what is not there that it is no object, also when no image could be called so', async () => {
	const { engine } = await EngineFixture.withBusybox();
	const inspect = (...argv: string[]) => docker((request) => engine.handle(request), ['inspect', ...argv]);
	for (const name of ['nosuch', 'NoSuch', '-']) {
		expect(await inspect('--', name)).toEqual({
			exitCode: 1,
			stdout: '[]\n',
			stderr: `Error: No such object: ${name}\n`,
		});
	}
	expect((await inspect('--type', 'image', 'NoSuch')).stderr).toBe(
		'Error response from daemon: invalid reference format: repository name (library/NoSuch) must be lowercase\n',
	);
});
