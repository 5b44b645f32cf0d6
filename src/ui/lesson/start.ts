import type { Sandbox } from '#sandbox';
import type { PackFiles } from '../packs/pack.ts';

/**
 * Puts a lesson's files into /root and runs its `start.sh`. Returns what the script said when it failed, and nothing when all is
 * well: a lesson can be read even then.
 */
export async function prepareStart(sandbox: Sandbox, files: PackFiles): Promise<string> {
	for (const [path, bytes] of files) {
		if (!path.startsWith('files/')) continue;
		const target = quoted(`/root/${path.slice('files/'.length)}`);
		await sandbox.runScript(`mkdir -p "$(dirname ${target})" && cat >${target}`, { stdin: bytes });
	}
	const start = files.get('start.sh');
	if (!start) return '';
	const { exitCode, stderr } = await sandbox.runScript(new TextDecoder().decode(start));
	return exitCode === 0 ? '' : new TextDecoder().decode(stderr).trim() || `start.sh: exit ${exitCode}`;
}

/** For the shell, whatever is in it. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
