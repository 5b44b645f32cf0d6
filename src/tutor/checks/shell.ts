import { needed, text } from '../schema/type.ts';
import { checkKind, fail, pass } from './check.ts';

/** How much of its last line a sentence repeats. */
const SHOWN = 300;

export const shell = checkKind({
	about: {
		en: 'a script, run in the machine as root in /root, ends with code 0',
		'zh-CN': '在机器中（root，/root）运行的脚本以 0 退出',
	},
	fields: {
		script: needed(
			text,
			'the script; its last line of output tells what is true now, and a code N gives the reason `exit-N`',
			'脚本；输出的最后一行说明现状，退出码 N 对应原因 `exit-N`',
		),
	},
	reasons: Object.fromEntries(
		Array.from({ length: 20 }, (_, index) => [`exit-${index + 1}`, ['output']] as const),
	),
	asksGuest: true,
	async evaluate({ script }, { guest }) {
		const { exitCode, stdout, stderr } = await guest.run(script);
		if (exitCode === 0) return pass;
		const lines = (stdout.trim() || stderr.trim()).split('\n');
		return fail(`exit-${Math.min(exitCode, 20)}`, { output: (lines.at(-1) ?? '').slice(0, SHOWN) });
	},
});
