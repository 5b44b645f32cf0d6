import { needed, optional, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { absent } from './fields.ts';
import { valueAt } from './docker-view.ts';

export const volume = checkKind({
	about: { en: 'a volume is there', 'zh-CN': '存在该卷' },
	fields: {
		name: needed(text, 'the name of the volume', '卷名'),
		absent,
		usedBy: optional(text, 'a container that has it mounted', '挂载了它的容器'),
		at: optional(text, 'where that container has it', '它在容器中的挂载位置'),
	},
	reasons: {
		waiting: ['name'],
		'still-there': ['names'],
		'not-mounted': ['name', 'container'],
		'wrong-place': ['name', 'container', 'now', 'wanted'],
	},
	refuse: ({ at, usedBy }) => (at !== undefined && usedBy === undefined ? '`at` needs `usedBy`' : null),
	async evaluate({ name, absent: gone, usedBy, at }, { docker }) {
		const found = await docker.volume(name);
		if (gone) return found ? fail('still-there', { names: name }) : pass;
		if (!found) return waiting({ name });
		if (usedBy === undefined) return pass;
		const mounts = valueAt(await docker.container(usedBy), 'Mounts');
		const list: unknown[] = Array.isArray(mounts) ? mounts : [];
		const mount = list.find((one) => valueAt(one, 'Name') === name);
		if (!mount) return fail('not-mounted', { name, container: usedBy });
		const now = String(valueAt(mount, 'Destination'));
		return at === undefined || now === at
			? pass
			: fail('wrong-place', { name, container: usedBy, now, wanted: at });
	},
});
