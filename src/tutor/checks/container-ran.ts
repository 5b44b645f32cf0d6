import { count, optional } from '../schema/type.ts';
import type { SeenContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { container } from './fields.ts';
import { failureToMake, MATCH_REASONS, mismatch, wantedText } from './match.ts';

const { config: _, ...wanted } = container;

/** Also sees those that were removed as soon as they ended. */
export const containerRan = checkKind({
	about: {
		en: 'a container as described has run to its end, even if it is removed already',
		'zh-CN': '符合描述的容器运行结束（即使已被删除）',
	},
	fields: {
		...wanted,
		exitCode: optional(
			count,
			'the exit code it must have ended with; 0 when not given',
			'应有的退出码；默认 0',
		),
	},
	reasons: {
		...MATCH_REASONS,
		waiting: ['wanted'],
		'still-running': ['name', 'image'],
		'start-failed': ['name', 'image', 'message'],
		'exit-code': ['name', 'image', 'code', 'wanted'],
	},
	evaluate(wants, look) {
		const { containers } = look.world;
		const ended = containers.filter((one) => one.exitCode !== null && !mismatch(one, wants));
		if (ended.some((one) => one.exitCode === (wants.exitCode ?? 0))) return pass;

		const failure = failureToMake(wants, look);
		if (failure) return failure;
		const nothing = waiting({ wanted: wantedText(wants) });
		const newest = look.isCurrent ? containers.at(-1) : ended.at(-1);
		if (!newest) return nothing;
		const facts = factsOf(newest);
		if (newest.startError) return fail('start-failed', facts);
		const wrong = mismatch(newest, wants);
		if (wrong) return wrong;
		if (newest.exitCode === null) return newest.state === 'running' ? fail('still-running', facts) : nothing;
		return fail('exit-code', { ...facts, wanted: String(wants.exitCode ?? 0) });
	},
});

function factsOf({ name, image, exitCode, startError }: SeenContainer): Record<string, string> {
	return { name, image, code: String(exitCode), message: startError };
}
