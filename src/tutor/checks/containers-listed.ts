import { needed, text } from '../schema/type.ts';
import { findContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const containersListed = checkKind({
	about: {
		en: 'the list of containers was asked for while a certain one was running',
		'zh-CN': '在某个容器运行时查看过容器列表',
	},
	fields: {
		running: needed(text, 'the container that must have been running then', '当时应在运行的容器'),
	},
	reasons: { waiting: ['name'], exited: ['name', 'code'] },
	evaluate({ running }, { world, isCurrent }) {
		if (world.listings.some((names) => names.includes(running))) return pass;
		const container = findContainer(world, running);
		const code = String(container?.exitCode ?? 0);
		return isCurrent && container?.state === 'exited'
			? fail('exited', { name: running, code })
			: waiting({ name: running });
	},
});
