import { choice, flag, needed, optional, regexp, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting, type Look } from './check.ts';
import { textAt } from './docker-view.ts';

export const namespace = checkKind({
	about: {
		en: 'a process has a namespace of its own, or shares one',
		'zh-CN': '某进程有自己的命名空间，或与他者共用',
	},
	fields: {
		type: needed(
			choice('pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup', 'time'),
			'which namespace',
			'哪种命名空间',
		),
		process: optional(
			regexp,
			'what the command line of the process must match; the newest such process counts',
			'进程命令行应匹配的内容；取最新的一个',
		),
		container: optional(text, 'or: the main process of this container', '或：该容器的主进程'),
		own: optional(flag, 'true: not that of the machine', '设为 true 表示不与机器共用'),
		shares: optional(text, '`host`, or the container it shares it with', '`host`，或与之共用的容器'),
	},
	reasons: {
		waiting: ['wanted'],
		'not-own': ['type', 'process'],
		'not-shared': ['type', 'process', 'wanted'],
	},
	asksGuest: true,
	refuse({ process, container, own, shares }) {
		if ((process === undefined) === (container === undefined))
			return 'it needs `process` or `container`, one of them';
		return (own === undefined) === (shares === undefined)
			? 'it needs `own: true` or `shares`, one of them'
			: null;
	},
	async evaluate({ type, process, container, shares }, look) {
		const pids = await pidsOf(process, container, look);
		const subject = container ?? process ?? '';
		if (pids.length === 0) return waiting({ wanted: subject });
		const other = shares === undefined || shares === 'host' ? 1 : (await pidsOf(undefined, shares, look))[0];
		if (other === undefined) return waiting({ wanted: shares ?? '' });
		const { stdout } = await look.guest.run(
			[other, ...pids].map((pid) => `readlink /proc/${pid}/ns/${type} || echo gone`).join('\n'),
		);
		const [theirs = '', ...found] = stdout.trim().split('\n');
		const living = found.filter((one) => one !== 'gone');
		if (living.length === 0) return waiting({ wanted: subject });
		const facts = { type, process: subject };
		if (shares !== undefined)
			return living.includes(theirs) ? pass : fail('not-shared', { ...facts, wanted: shares });
		return living.some((one) => one !== theirs) ? pass : fail('not-own', facts);
	},
});

/** The processes that are meant, newest first. */
async function pidsOf(
	command: string | undefined,
	container: string | undefined,
	look: Look,
): Promise<number[]> {
	if (container !== undefined) {
		const found = await look.docker.container(container);
		const pid = Number(textAt(found, 'State.Pid'));
		return pid > 0 ? [pid] : [];
	}
	const processes = await look.guest.processes();
	const found = await look.patterns.those(command ?? '', processes, ({ args }) => args);
	return found.map(({ pid }) => pid).sort((a, b) => b - a);
}
