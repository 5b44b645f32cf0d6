import { count, needed, optional, regexp } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const outputSeen = checkKind({
	about: { en: 'a terminal has shown what was to be seen', 'zh-CN': '终端里出现过该看到的内容' },
	fields: {
		pattern: needed(regexp, 'what must be shown', '应出现的内容'),
		distinct: optional(
			count,
			'how many different matches are wanted; 1 when not given',
			'需要多少个不同的匹配；默认 1',
		),
		mistake: optional(regexp, 'what is shown when it goes wrong', '出错时会出现的内容'),
	},
	reasons: { waiting: [], mistake: ['seen'], 'too-few': ['seen'] },
	async evaluate({ pattern, distinct = 1, mistake }, { world, isCurrent, patterns }) {
		const matches = new Set(await patterns.all(pattern, world.output));
		if (matches.size >= distinct) return pass;
		if (!isCurrent) return waiting();
		if (matches.size > 0) return fail('too-few', { seen: [...matches].join(' ') });
		const [wrong] = mistake === undefined ? [] : await patterns.all(mistake, world.output);
		return wrong === undefined ? waiting() : fail('mistake', { seen: wrong });
	},
});
