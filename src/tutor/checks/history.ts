import { count, needed, optional, regexp, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textAt } from './docker-view.ts';

export const history = checkKind({
	about: { en: "an image's history tells this", 'zh-CN': '镜像的历史符合要求' },
	fields: {
		image: needed(text, 'the name of the image', '镜像名'),
		createdBy: optional(
			regexp,
			'what the CREATED BY of one of its entries must match',
			'某条记录的 CREATED BY 应匹配的内容',
		),
		comment: optional(
			regexp,
			'what the COMMENT of one of its entries must match',
			'某条记录的 COMMENT 应匹配的内容',
		),
		entries: optional(count, 'how many entries it has', '记录条数'),
	},
	reasons: {
		waiting: ['image'],
		'not-in-history': ['image', 'field', 'wanted'],
		'entry-count': ['image', 'seen', 'wanted'],
	},
	refuse: ({ createdBy, comment, entries }) =>
		createdBy === undefined && comment === undefined && entries === undefined
			? 'it needs `createdBy`, `comment` or `entries`'
			: null,
	async evaluate({ image, createdBy, comment, entries }, { docker, patterns }) {
		const found = await docker.history(image);
		if (found.length === 0) return waiting({ image });
		for (const [field, pattern] of [
			['CreatedBy', createdBy],
			['Comment', comment],
		] as const) {
			if (pattern === undefined) continue;
			if ((await patterns.those(pattern, found, (entry) => textAt(entry, field))).length === 0)
				return fail('not-in-history', {
					image,
					field: field === 'Comment' ? 'COMMENT' : 'CREATED BY',
					wanted: pattern,
				});
		}
		if (entries !== undefined && found.length !== entries)
			return fail('entry-count', { image, seen: String(found.length), wanted: String(entries) });
		return pass;
	},
});
