import { messageOf } from '#base';
import type { Sandbox } from '#sandbox';
import { prepareLesson } from '#tutor';
import type { PackFiles } from '../packs/pack.ts';

/**
 * Puts a lesson's files into /root and runs its `start.sh`. Returns what the script said when it failed, and nothing when all is
 * well: a lesson can be read even then.
 */
export async function prepareStart(sandbox: Sandbox, files: PackFiles): Promise<string> {
	const below = [...files].filter(([path]) => path.startsWith('files/'));
	const start = files.get('start.sh');
	try {
		await prepareLesson(
			{
				files: new Map(below.map(([path, bytes]) => [path.slice('files/'.length), bytes])),
				script: start ? new TextDecoder().decode(start) : null,
			},
			sandbox,
		);
		return '';
	} catch (error) {
		return messageOf(error);
	}
}
