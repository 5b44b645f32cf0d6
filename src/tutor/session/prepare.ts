import { invalid } from '#base';
import { quote } from '../checks/guest-view.ts';
import type { SessionPorts } from './ports.ts';

/** What a lesson wants of the machine before it begins. */
export interface LessonStart {
	/** What is to lie in /root, by path there. */
	files: ReadonlyMap<string, Uint8Array>;
	/** `start.sh`, if there is one. */
	script: string | null;
}

/** Puts a lesson's files into /root and runs its start script. Throws `invalid` with what the script said when it fails. */
export async function prepareLesson(
	{ files, script }: LessonStart,
	ports: Pick<SessionPorts, 'runScript'>,
): Promise<void> {
	for (const [path, content] of files) {
		// A program is known by its first line: not every place that lessons come from has modes.
		const isProgram = content[0] === 0x23 && content[1] === 0x21;
		const at = quote(`/root/${path}`);
		await run(`mkdir -p "$(dirname ${at})" && cat >${at} && chmod ${isProgram ? 755 : 644} ${at}`, content);
	}
	if (script !== null) await run(script);

	async function run(text: string, stdin?: Uint8Array): Promise<void> {
		const { exitCode, stderr } = await ports.runScript(text, stdin ? { stdin } : {});
		if (exitCode !== 0)
			throw invalid(
				`the start of the lesson failed with code ${exitCode}: ${new TextDecoder().decode(stderr).trim()}`,
			);
	}
}
