import { needed, optional, text } from '../schema/type.ts';
import { findContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { startsWithWords } from './match.ts';

export const execRan = checkKind({
	about: {
		en: 'a further process has run inside a container and ended well',
		'zh-CN': '在容器内另外运行过一个进程并正常结束',
	},
	fields: {
		container: needed(text, 'the name of the container', '容器的名称'),
		command: optional(text, 'the words the command begins with', '命令开头的几个词'),
	},
	reasons: {
		waiting: ['name', 'wanted'],
		'no-container': ['name', 'wanted'],
		exited: ['name', 'wanted', 'code'],
		refused: ['name', 'wanted', 'message'],
		'wrong-command': ['name', 'command', 'wanted'],
		'exit-code': ['name', 'command', 'code', 'wanted'],
	},
	evaluate({ container: name, command }, { world, isCurrent }) {
		const container = findContainer(world, name);
		const execs = container?.execs ?? [];
		const asWanted = execs.filter((one) => !command || startsWithWords(one.command, command));
		if (asWanted.some((one) => one.exitCode === 0)) return pass;

		const failure = world.failures.findLast((one) => one.what === 'exec');
		if (failure && (isCurrent || failure.subject === name)) {
			const code = String(findContainer(world, failure.subject)?.exitCode ?? 0);
			const facts = { name: failure.subject, wanted: name, message: failure.message, code };
			if (failure.status === 404) return fail('no-container', facts);
			return fail(failure.message.includes('is not running') ? 'exited' : 'refused', facts);
		}
		const newest = execs.at(-1);
		if (!newest || newest.exitCode === null) return waiting({ name, wanted: command ?? '…' });
		const facts = { name, command: newest.command.join(' '), code: String(newest.exitCode) };
		return asWanted.length === 0
			? fail('wrong-command', { ...facts, wanted: command ?? '' })
			: fail('exit-code', { ...facts, wanted: '0' });
	},
});
