import { choice, count, needed, optional, regexp, text, textLike } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textAt, type DockerView } from './docker-view.ts';
import { absent } from './fields.ts';
import { quote } from './guest-view.ts';

const TYPES: Record<string, string> = {
	'regular file': 'file',
	'regular empty file': 'file',
	directory: 'directory',
	'symbolic link': 'link',
	fifo: 'fifo',
	socket: 'socket',
	'character special file': 'device',
	'block special file': 'device',
};

/** In the machine, or in a container's file system whether it runs or not. */
export const file = checkKind({
	about: { en: 'a file is there, like this', 'zh-CN': '存在该文件，且符合要求' },
	fields: {
		path: needed(
			textLike('/.*', 'a path from the root, like /root/a.txt', '从根目录起的路径，如 /root/a.txt'),
			'its path',
			'路径',
		),
		container: optional(
			text,
			'the container it is in; the machine when not given',
			'所在的容器；默认为机器本身',
		),
		absent,
		is: optional(choice('file', 'directory', 'link', 'fifo', 'socket', 'device'), 'what it is', '文件类型'),
		contains: optional(regexp, 'what its content must match', '内容应匹配'),
		target: optional(text, 'where the link leads', '链接指向'),
		mode: optional(
			textLike('[0-7]{3,4}', "a mode like '644'", "形如 '644' 的权限"),
			"its mode, like `'644'`",
			"权限，如 `'644'`",
		),
		owner: optional(text, 'the name of its owner', '所有者'),
		minSize: optional(count, 'bytes it has at least', '至少的字节数'),
		maxSize: optional(count, 'bytes it has at most', '至多的字节数'),
	},
	reasons: {
		waiting: ['path'],
		'no-container': ['name', 'wanted'],
		'still-there': ['names'],
		'wrong-kind': ['path', 'now', 'wanted'],
		'wrong-content': ['path', 'wanted'],
		'wrong-target': ['path', 'now', 'wanted'],
		'wrong-mode': ['path', 'now', 'wanted'],
		'wrong-owner': ['path', 'now', 'wanted'],
		'wrong-size': ['path', 'now', 'wanted'],
	},
	asksGuest: true,
	async evaluate(wants, { docker, guest, patterns }) {
		const { path, container } = wants;
		const roots = container === undefined ? [''] : await rootsOf(docker, container);
		if (!roots) return fail('no-container', { name: container ?? '', wanted: container ?? '' });
		const { stdout } = await guest.run(lookScript(roots, path));
		const end = stdout.indexOf('\n');
		const [type = '', mode = '', owner = '', size = '0', target = ''] = stdout.slice(0, end).split('|');
		if (stdout.startsWith('absent')) return wants.absent ? pass : waiting({ path });
		if (wants.absent) return fail('still-there', { names: path });
		const kind = TYPES[type] ?? type;
		const wrong = (reason: string, now: string, wanted: unknown) =>
			fail(reason, { path, now, wanted: String(wanted) });
		if (wants.is !== undefined && kind !== wants.is) return wrong('wrong-kind', kind, wants.is);
		if (wants.target !== undefined && target !== wants.target)
			return wrong('wrong-target', target, wants.target);
		if (wants.mode !== undefined && Number.parseInt(mode, 8) !== Number.parseInt(wants.mode, 8))
			return wrong('wrong-mode', mode, wants.mode);
		if (wants.owner !== undefined && owner !== wants.owner) return wrong('wrong-owner', owner, wants.owner);
		if (wants.minSize !== undefined && Number(size) < wants.minSize)
			return wrong('wrong-size', size, `≥ ${wants.minSize}`);
		if (wants.maxSize !== undefined && Number(size) > wants.maxSize)
			return wrong('wrong-size', size, `≤ ${wants.maxSize}`);
		if (wants.contains !== undefined && !(await patterns.fits(wants.contains, stdout.slice(end + 1))))
			return wrong('wrong-content', '', wants.contains);
		return pass;
	},
});

/** Where a container's files lie in the machine, uppermost first: one merged directory while it runs. */
async function rootsOf(docker: DockerView, name: string): Promise<string[] | null> {
	const found = await docker.container(name);
	if (!found) return null;
	const pid = textAt(found, 'State.Pid');
	if (textAt(found, 'State.Running') === 'true' && pid !== '0') return [`/proc/${pid}/root`];
	const lower = textAt(found, 'GraphDriver.Data.LowerDir').split(':');
	return [textAt(found, 'GraphDriver.Data.UpperDir'), ...lower].filter(Boolean);
}

/** Prints `type|mode|owner|size|target` and the beginning of the content, or `absent`. A whiteout hides what lies below it. */
function lookScript(roots: string[], path: string): string {
	return `for r in ${roots.map(quote).join(' ') || "''"}; do p=$r${quote(path)}
if [ -c "$p" ] && [ "$(stat -c %t:%T "$p")" = 0:0 ]; then break; fi
if [ -e "$p" ] || [ -L "$p" ]; then
printf '%s|%s\\n' "$(stat -c '%F|%a|%U|%s' "$p")" "$(readlink "$p")"
[ -f "$p" ] && head -c 65536 "$p"; exit 0; fi; done; echo absent`;
}
