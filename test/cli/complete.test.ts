import { describe, expect, it } from 'vitest';
import { docker } from '../support/command.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { CannedEngine } from './wire/canned-engine.ts';

// What client 28.2.2 proposes, with the names that the canned engine has.

async function propose(...words: string[]): Promise<string[]> {
	const files = new MemoryFiles();
	const { exitCode, stdout, stderr } = await docker(new CannedEngine().handler, ['__complete', ...words], {
		env: { HOME: '/root' },
		files,
	});
	expect(exitCode).toBe(0);
	expect(stderr).toMatch(/^Completion ended with directive: ShellCompDirective(Default|NoFileComp)\n$/);
	return stdout.trimEnd().split('\n');
}

describe('docker __complete', () => {
	it.each([
		[
			['r'],
			[
				'rename\tRename a container',
				'restart\tRestart one or more containers',
				'rm\tRemove one or more containers',
				'rmi\tRemove one or more images',
				'run\tCreate and run a new container from an image',
				':4',
			],
		],
		[
			['network', 'd'],
			['disconnect\tDisconnect a container from a network', ':4'],
		],
		[
			['run', '--ne'],
			[
				'--network\tConnect a container to a network',
				'--network-alias\tAdd network-scoped alias for the container',
				':4',
			],
		],
		[
			['run', '--restart', ''],
			['no', 'always', 'on-failure', 'unless-stopped', ':4'],
		],
		[
			['run', '--restart=on'],
			['on-failure', ':4'],
		],
		[
			['run', '--network', 'b'],
			['bridge', ':4'],
		],
		[
			['run', '-it', '--rm', 'busy'],
			['busybox:latest', 'busybox:1.37', ':4'],
		],
		[['run', 'busybox', ''], [':4']],
		[
			['tag', 'busybox', 'loc'],
			['localhost:5000/team/app:v1', ':4'],
		],
		[
			['stop', 'w'],
			['web', ':4'],
		],
		[
			['rm', ''],
			['old', ':4'],
		],
		[
			['volume', 'rm', 'd'],
			['data', ':4'],
		],
		[
			['-c', 'd'],
			['default', ':4'],
		],
		[['cp', ''], [':0']],
		[['run', '--env-file', ''], [':0']],
		[['pull', ''], [':4']],
		[['nosuch', ''], [':0']],
	])('%j', async (words, lines) => {
		expect(await propose(...words)).toEqual(lines);
	});

	it('proposes flags with what they do, short ones too', async () => {
		const lines = await propose('ps', '-');
		expect(lines.slice(0, 4)).toEqual([
			'--all\tShow all containers (default shows just running)',
			'-a\tShow all containers (default shows just running)',
			'--filter\tFilter output based on conditions provided',
			'-f\tFilter output based on conditions provided',
		]);
	});

	it('can leave the descriptions out', async () => {
		const { stdout } = await docker(new CannedEngine().handler, ['__completeNoDesc', 'con']);
		expect(stdout).toBe('container\ncontext\n:4\n');
	});
});
