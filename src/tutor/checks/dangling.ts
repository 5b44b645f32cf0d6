import { count, needed } from '../schema/type.ts';
import { checkKind, fail, pass } from './check.ts';
import { textAt, textsAt } from './docker-view.ts';

export const dangling = checkKind({
	about: {
		en: 'there are that many images without a name',
		'zh-CN': '无名（悬空）镜像的数量符合要求',
	},
	fields: { count: needed(count, 'how many there must be', '应有的数量') },
	reasons: { 'dangling-count': ['seen', 'wanted'] },
	async evaluate({ count: wanted }, { docker }) {
		const images = await docker.images();
		const nameless = images.filter((one) => textsAt(one, 'RepoTags').every((tag) => tag === '<none>:<none>'));
		const named = nameless.filter((one) => textAt(one, 'Id') !== '');
		return named.length === wanted
			? pass
			: fail('dangling-count', { seen: String(named.length), wanted: String(wanted) });
	},
});
