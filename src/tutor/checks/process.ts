import { count, needed, optional, regexp, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { absent } from './fields.ts';
import { processesOf } from './guest-view.ts';

export const process = checkKind({
	about: { en: 'a process like this is running', 'zh-CN': '有符合要求的进程在运行' },
	fields: {
		command: needed(regexp, 'what its command line must match', '命令行应匹配的内容'),
		container: optional(
			text,
			'the running container it is in; anywhere when not given',
			'所在的运行中容器；默认不限',
		),
		absent,
		user: optional(text, 'the user it runs as', '运行它的用户'),
		state: optional(
			regexp,
			'its state as ps shows it, like `Z` for a zombie',
			'ps 显示的状态，如僵尸进程为 `Z`',
		),
		count: optional(count, 'how many such processes there must be', '应有的数量'),
	},
	reasons: {
		waiting: ['wanted'],
		'still-there': ['names'],
		'wrong-user': ['command', 'now', 'wanted'],
		'wrong-state': ['name', 'state', 'wanted'],
		'process-count': ['seen', 'wanted'],
	},
	asksGuest: true,
	async evaluate(
		{ command, container, absent: gone, user, state, count: wanted },
		{ docker, guest, patterns },
	) {
		const all =
			container === undefined ? await guest.processes() : processesOf(await docker.processes(container));
		const named = await patterns.those(command, all, ({ args }) => args);
		const inState =
			state === undefined ? named : await patterns.those(`^(?:${state})`, named, (one) => one.state);
		const found = inState.filter((one) => user === undefined || one.user === user);
		if (gone) return found.length === 0 ? pass : fail('still-there', { names: found[0]?.args ?? '' });
		if (wanted !== undefined)
			return found.length === wanted
				? pass
				: fail('process-count', { seen: String(found.length), wanted: String(wanted) });
		if (found.length > 0) return pass;
		const near = inState[0] ?? named[0];
		if (!near) return waiting({ wanted: command });
		return inState.length > 0
			? fail('wrong-user', { command: near.args, now: near.user, wanted: user ?? '' })
			: fail('wrong-state', { name: near.args, state: near.state, wanted: state ?? '' });
	},
});
