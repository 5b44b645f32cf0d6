import { expect, it } from 'vitest';
import { SandboxError } from '#base';
import { EngineFixture } from '../support/engine.ts';

const KIND_OF_FILE =
	': Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';

it.each([
	['exec: "x": executable file not found in $PATH', '', 127],
	['exec: "/x": permission denied', '', 126],
	['exec: "/etc": is a directory', ': permission denied', 126],
	['error mounting "/f" to rootfs at "/etc": not a directory', KIND_OF_FILE, 127],
	['something else', '', 128],
])('a start that fails with %s', async (why, more, exitCode) => {
	const fixture = await EngineFixture.withBusybox();
	await fixture.create(['x'], {}, 'box');
	fixture.runtime.failure = new SandboxError('invalid', why);
	const { json } = await fixture.call('POST', '/containers/box/start');
	expect((json as { message: string }).message).toContain(`error during container init: ${why}${more}`);
	expect((await fixture.inspect('box')).State.ExitCode).toBe(exitCode);
});
