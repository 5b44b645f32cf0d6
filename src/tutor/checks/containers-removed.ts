import { list, needed, text } from '../schema/type.ts';
import { living } from '../world/observe.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const containersRemoved = checkKind({
	about: {
		en: 'each of these containers has existed and none of them does any more',
		'zh-CN': '这些容器都曾存在，而现在都已删除',
	},
	fields: { names: needed(list(text), 'the names of the containers', '这些容器的名称') },
	reasons: {
		waiting: ['names'],
		'still-running': ['name', 'message'],
		'still-there': ['names'],
	},
	evaluate({ names }, { world, isCurrent }) {
		const left = living(world).filter((one) => names.includes(one.name));
		const haveExisted = names.every((name) => world.containers.some((one) => one.name === name));
		if (haveExisted && left.length === 0) return pass;

		const refused = world.failures.findLast((one) => one.what === 'remove');
		if (refused && isCurrent)
			return fail('still-running', { name: refused.subject, message: refused.message });
		const someAreGone = names.some((name) =>
			world.containers.some((one) => one.name === name && one.isRemoved),
		);
		const there = left.map((one) => one.name).join(' ');
		return isCurrent && haveExisted && someAreGone
			? fail('still-there', { names: there })
			: waiting({ names: there || names.join(' ') });
	},
});
