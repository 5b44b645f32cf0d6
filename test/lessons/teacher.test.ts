import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');

it('a teacher who follows the README from an empty folder has a tested lesson', async () => {
	const readme = await readFile(path.join(ROOT, 'lessons/README.md'), 'utf8');
	const steps = /## Begin\n+```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
	expect(steps.match(/^npx drydock lesson (new|check|test)/gm)).toHaveLength(3);
	const folder = await mkdtemp(path.join(tmpdir(), 'drydock-teacher-'));
	try {
		// The project's own command, as npx finds it in a clone.
		const npx = `set -e; npx() { shift; node ${path.join(ROOT, 'src/commands/drydock.mjs')} "$@"; }`;
		const { status, stdout, stderr } = spawnSync('bash', ['-c', `${npx}\n${steps}`], { cwd: folder, encoding: 'utf8' });
		expect(stdout + stderr).toContain('1 lesson: nothing to mend');
		expect(stdout).toMatch(/✓ start.*\n.*✓ solution.*\n.*✓ reset.*\n.*✓ wrong\/no-echo\.sh/);
		expect(stdout).toMatch(/1 lesson in \d+ s: all as it must be\n$/);
		expect(status).toBe(0);
	} finally {
		await rm(folder, { recursive: true });
	}
});
