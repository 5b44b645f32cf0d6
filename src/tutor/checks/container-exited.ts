import { count, needed, optional, text } from '../schema/type.ts';
import { findContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const containerExited = checkKind({
	about: {
		en: 'the container of that name has run and ended',
		'zh-CN': '该名称的容器运行过并已结束',
	},
	fields: {
		name: needed(text, 'the name of the container', '容器的名称'),
		exitCode: optional(
			count,
			'the exit code it must have ended with; any when not given',
			'应有的退出码；不写则不限',
		),
	},
	reasons: {
		waiting: ['name'],
		'still-running': ['name'],
		'exit-code': ['name', 'code', 'wanted'],
	},
	evaluate({ name, exitCode }, { world, isCurrent }) {
		const container = findContainer(world, name);
		if (container?.state === 'exited') {
			if (exitCode === undefined || container.exitCode === exitCode) return pass;
			return fail('exit-code', { name, code: String(container.exitCode), wanted: String(exitCode) });
		}
		return isCurrent && container?.state === 'running' ? fail('still-running', { name }) : waiting({ name });
	},
});
