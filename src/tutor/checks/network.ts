import { needed, oneOrMany, optional, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textAt, valueAt } from './docker-view.ts';
import { absent } from './fields.ts';

export const network = checkKind({
	about: { en: 'a network is there', 'zh-CN': '存在该网络' },
	fields: {
		name: needed(text, 'the name of the network', '网络名'),
		absent,
		driver: optional(text, 'its driver', '驱动'),
		containers: optional(oneOrMany(text), 'running containers that are on it', '接入它的运行中容器'),
	},
	reasons: {
		waiting: ['name'],
		'still-there': ['names'],
		'wrong-driver': ['name', 'now', 'wanted'],
		'not-connected': ['name', 'container'],
	},
	async evaluate({ name, absent: gone, driver, containers = [] }, { docker }) {
		const found = await docker.network(name);
		if (gone) return found ? fail('still-there', { names: name }) : pass;
		if (!found) return waiting({ name });
		const now = textAt(found, 'Driver');
		if (driver !== undefined && now !== driver) return fail('wrong-driver', { name, now, wanted: driver });
		const members = Object.values((valueAt(found, 'Containers') ?? {}) as Record<string, unknown>);
		const missing = containers.find((one) => !members.some((member) => textAt(member, 'Name') === one));
		return missing === undefined ? pass : fail('not-connected', { name, container: missing });
	},
});
