import { afterAll, beforeAll, describe, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { Typist, good, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
let typist: Typist;

beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox; docker run -d --name box busybox sleep 1000');
	typist = await Typist.open(sandbox);
});
afterAll(() => sandbox.dispose());

describe('the Tab key after docker', () => {
	it.each([
		['a command', 'docker ver\t--format x\r', 'docker version --format x'],
		['a container', 'docker exec b\techo ok\r', 'docker exec box echo ok'],
		[
			'an image, with its tag',
			'docker run --rm busyb\techo ok2\r',
			'docker run --rm busybox:latest echo ok2',
		],
		[
			'the value of a flag',
			'docker run --rm --network ho\tbusybox echo ok3\r',
			'--network host busybox echo ok3',
		],
	])('completes %s', async (_what, typed, line) => {
		await typist.type(typed);
		await typist.until(line);
		await typist.until('# ');
	});
});
