import { flag, needed, oneOrMany, optional, text, textLike } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textsAt } from './docker-view.ts';
import { absent } from './fields.ts';
import { quote } from './guest-view.ts';

/** Asks the registry as the machine would reach it. */
export const registry = checkKind({
	about: {
		en: 'a registry has this repository with these tags',
		'zh-CN': '仓库服务中有该仓库及这些标签',
	},
	fields: {
		at: needed(
			textLike('[\\w.-]+(:\\d+)?', 'a host and a port like localhost:5000', '主机和端口，如 localhost:5000'),
			'its address in the machine, like `localhost:5000`',
			'它在机器中的地址，如 `localhost:5000`',
		),
		repository: optional(
			text,
			'the repository; without it the registry must only answer',
			'仓库名；不写则只要求服务有应答',
		),
		tags: optional(oneOrMany(text), 'tags that it must have', '应有的标签'),
		absent,
		https: optional(flag, 'true: it speaks TLS', '设为 true 表示使用 TLS'),
		user: optional(text, 'name:password to ask with', '访问所用的 用户名:密码'),
	},
	reasons: {
		waiting: ['at'],
		'no-login': ['at'],
		'no-repository': ['at', 'repository'],
		'no-tag': ['at', 'repository', 'tag', 'seen'],
		'still-there': ['names'],
	},
	asksGuest: true,
	async evaluate({ at, repository, tags = [], absent: gone, https, user }, { guest }) {
		const address = `${https ? 'https' : 'http'}://${at}/v2/${repository === undefined ? '' : `${repository}/tags/list`}`;
		const login = user === undefined ? '' : ` -u ${quote(user)}`;
		const { stdout, exitCode } = await guest.run(
			`curl -sk -m 3 -w '\\n%{http_code}'${login} ${quote(address)}`,
		);
		const end = stdout.lastIndexOf('\n');
		const status = Number(stdout.slice(end + 1));
		if (exitCode !== 0 || status === 0 || status >= 500) return waiting({ at });
		if (status === 401) return fail('no-login', { at });
		if (repository === undefined) return status === 200 ? pass : waiting({ at });
		const seen = status === 200 ? textsAt(parsed(stdout.slice(0, end)), 'tags') : [];
		if (gone) {
			const left = tags.length > 0 ? seen.filter((tag) => tags.includes(tag)) : seen;
			return left.length === 0
				? pass
				: fail('still-there', { names: left.map((tag) => `${repository}:${tag}`).join(' ') });
		}
		if (seen.length === 0) return fail('no-repository', { at, repository });
		const missing = tags.find((tag) => !seen.includes(tag));
		return missing === undefined
			? pass
			: fail('no-tag', { at, repository, tag: missing, seen: seen.join(' ') });
	},
});

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// Whatever answers there is no registry: it has no tags.
		return null;
	}
}
