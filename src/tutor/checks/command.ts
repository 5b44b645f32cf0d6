import { count, needed, optional, regexp } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const command = checkKind({
	about: {
		en: 'a command line was typed at the prompt of the machine',
		'zh-CN': '在机器的提示符下输入过某条命令',
	},
	fields: {
		pattern: needed(regexp, 'what the command line must match', '命令行应匹配的内容'),
		exitCode: optional(
			count,
			'the exit code it must have ended with; any when not given',
			'应有的退出码；不写则不限',
		),
		times: optional(count, 'how many times; 1 when not given', '次数；默认 1'),
		terminal: optional(
			{ is: 'number', min: 1, integer: true },
			'the terminal it must have been typed into',
			'应在哪个终端里输入',
		),
	},
	reasons: {
		waiting: [],
		'exit-code': ['command', 'code', 'wanted'],
		'wrong-terminal': ['command', 'terminal', 'wanted'],
		'too-few': ['seen', 'wanted'],
	},
	async evaluate({ pattern, exitCode, times = 1, terminal }, { world, patterns }) {
		const typed = await patterns.those(pattern, world.commands, ({ line }) => line);
		const here = typed.filter((one) => terminal === undefined || one.terminal === String(terminal));
		const done = here.filter((one) => exitCode === undefined || one.exitCode === exitCode);
		if (done.length >= times) return pass;
		const last = typed.at(-1);
		if (!last) return waiting();
		if (done.length > 0) return fail('too-few', { seen: String(done.length), wanted: String(times) });
		if (here.length === 0)
			return fail('wrong-terminal', {
				command: last.line,
				terminal: last.terminal,
				wanted: String(terminal),
			});
		// One that still runs has not failed.
		if (last.exitCode === null) return waiting();
		return fail('exit-code', { command: last.line, code: String(last.exitCode), wanted: String(exitCode) });
	},
});
