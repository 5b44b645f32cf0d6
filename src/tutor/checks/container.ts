import { choice, needed, optional, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { textAt } from './docker-view.ts';
import { config } from './fields.ts';
import { CONFIG_REASON, sameImage, wrongConfig } from './match.ts';

/** Reads `docker inspect`, so it sees what is, however it came about. */
export const container = checkKind({
	about: {
		en: 'the container exists, in this state and configured like this',
		'zh-CN': '该容器存在，且状态和配置符合要求',
	},
	fields: {
		name: needed(text, 'the name of the container', '容器的名称'),
		state: optional(
			choice('created', 'running', 'paused', 'restarting', 'exited', 'dead'),
			'the state it must be in',
			'应处的状态',
		),
		image: optional(text, 'the image it was made from', '它所用的镜像'),
		config,
	},
	reasons: {
		...CONFIG_REASON,
		waiting: ['name'],
		'wrong-state': ['name', 'state', 'wanted'],
		'wrong-image': ['name', 'image', 'wanted'],
	},
	async evaluate({ name, state, image, config: wanted }, { docker }) {
		const found = await docker.container(name);
		if (!found) return waiting({ name });
		const made = textAt(found, 'Config.Image');
		if (image && !sameImage(made, image)) return fail('wrong-image', { name, image: made, wanted: image });
		const now = textAt(found, 'State.Status');
		if (state && now !== state) return fail('wrong-state', { name, state: now, wanted: state });
		return wrongConfig(found, wanted, name) ?? pass;
	},
});
