import { number, optional, regexp, scalar, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textAt } from './docker-view.ts';
import { absent } from './fields.ts';
import { quote } from './guest-view.ts';
import type { Patterns } from './patterns.ts';

export const cgroup = checkKind({
	about: { en: "a control group's file says this", 'zh-CN': '控制组的某个文件内容符合要求' },
	fields: {
		group: optional(text, 'its path below /sys/fs/cgroup', '它在 /sys/fs/cgroup 下的路径'),
		container: optional(text, 'or: the group of this running container', '或：该运行中容器的控制组'),
		file: optional(
			text,
			'a file of it, like memory.max; without it the group must only be there',
			'其中的文件，如 memory.max；不写则只要求该组存在',
		),
		absent,
		equals: optional(scalar, 'what the file must say', '文件应有的内容'),
		contains: optional(regexp, 'what the file must match', '文件内容应匹配'),
		min: optional(number, 'the number it says at least', '数值下限'),
		max: optional(number, 'the number it says at most', '数值上限'),
		process: optional(regexp, 'the command line of a process that must be in it', '其中应有的进程的命令行'),
	},
	reasons: {
		waiting: ['group'],
		'still-there': ['names'],
		'no-file': ['group', 'file'],
		'wrong-value': ['group', 'file', 'now', 'wanted'],
		'no-process': ['group', 'process'],
	},
	asksGuest: true,
	refuse({ group, container, file, equals, contains, min, max }) {
		if ((group === undefined) === (container === undefined))
			return 'it needs `group` or `container`, one of them';
		const asksValue = [equals, contains, min, max].some((one) => one !== undefined);
		return asksValue && file === undefined ? 'what a file must say needs `file`' : null;
	},
	async evaluate(wants, { docker, guest, patterns }) {
		const { container, file } = wants;
		let group = wants.group?.replace(/^\/*(?:sys\/fs\/cgroup\/)?/, '') ?? '';
		if (container !== undefined) {
			const pid = Number(textAt(await docker.container(container), 'State.Pid'));
			if (!(pid > 0)) return waiting({ group: container });
			const { stdout } = await guest.run(`cat /proc/${pid}/cgroup`);
			group = (/^0::\/(.*)$/m.exec(stdout)?.[1] ?? '').trim();
		}
		const name = container ?? group;
		const directory = `/sys/fs/cgroup/${group}`;
		const { stdout, exitCode } = await guest.run(
			`cd ${quote(directory)} 2>/dev/null || exit 9
for p in $(cat cgroup.procs); do tr '\\0' ' ' </proc/$p/cmdline; echo; done; echo ---; ${file === undefined ? ':' : `cat ${quote(file)}`}`,
		);
		if (wants.absent) return exitCode === 9 ? pass : fail('still-there', { names: group });
		if (exitCode === 9) return waiting({ group: name });
		const at = stdout.indexOf('---\n');
		if (wants.process !== undefined && !(await patterns.fits(wants.process, stdout.slice(0, at))))
			return fail('no-process', { group: name, process: wants.process });
		if (file === undefined) return pass;
		if (exitCode !== 0) return fail('no-file', { group: name, file });
		const now = stdout.slice(at + 4).trim();
		const wrong = await wrongValue(now, wants, patterns);
		return wrong === null ? pass : fail('wrong-value', { group: name, file, now, wanted: wrong });
	},
});

/** What the value should have been; null when it is. */
async function wrongValue(
	now: string,
	wants: { equals?: string | number | boolean; contains?: string; min?: number; max?: number },
	patterns: Patterns,
): Promise<string | null> {
	const { equals, contains, min, max } = wants;
	if (equals !== undefined && now !== String(equals)) return String(equals);
	if (contains !== undefined && !(await patterns.fits(contains, now))) return contains;
	const value = now === 'max' ? Number.POSITIVE_INFINITY : Number.parseFloat(now);
	if (min !== undefined && !(value >= min)) return `≥ ${min}`;
	if (max !== undefined && !(value <= max)) return `≤ ${max}`;
	return null;
}
