import { living } from '../world/observe.ts';
import { optional } from '../schema/type.ts';
import type { SeenContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting, type Look, type Outcome } from './check.ts';
import type { Json } from './docker-view.ts';
import { container } from './fields.ts';
import {
	CONFIG_REASON,
	failureToMake,
	MATCH_REASONS,
	mismatch,
	wantedText,
	wrongConfig,
	type Wanted,
} from './match.ts';

export const containerRunning = checkKind({
	about: { en: 'a container as described is running', 'zh-CN': '符合描述的容器正在运行' },
	fields: {
		...container,
		seconds: optional(
			{ is: 'number', min: 0 },
			'how long it must have been up, where a wrong one ends by itself after a moment',
			'它至少要运行多少秒；用于错误的容器会在片刻后自行退出的情形',
		),
	},
	reasons: {
		...MATCH_REASONS,
		...CONFIG_REASON,
		waiting: ['wanted'],
		exited: ['name', 'image', 'code'],
		'port-taken': ['name', 'image', 'message'],
		'start-failed': ['name', 'image', 'message'],
	},
	async evaluate(wants, look) {
		let wrong: Outcome | null = null;
		for (const one of look.world.containers.filter(
			(seen) => seen.state === 'running' && !mismatch(seen, wants),
		)) {
			const inspected = wants.config || wants.seconds ? await look.docker.container(one.id) : {};
			if (inspected && wants.seconds && (await secondsUp(inspected, look)) < wants.seconds) continue;
			wrong = inspected && wrongConfig(inspected, wants.config, one.name);
			if (inspected && !wrong) return pass;
		}
		return failureToMake(wants, look) ?? wrong ?? whyNot(wants, look);
	},
});

/** By the engine's own clock. */
async function secondsUp(inspected: Json, look: Look): Promise<number> {
	const { StartedAt } = (inspected['State'] ?? {}) as { StartedAt?: string };
	return (Date.parse(await look.docker.time()) - Date.parse(StartedAt ?? '')) / 1000;
}

function whyNot(wants: Wanted, look: Look): Outcome {
	const nothing = waiting({ wanted: wantedText(wants) });
	const known = living(look.world);
	const meant =
		known.findLast((one) => one.name === wants.name) ?? (look.isCurrent ? known.at(-1) : undefined);
	if (!meant) return nothing;
	const facts = factsOf(meant);
	if (meant.startError)
		return fail(
			meant.startError.includes('port is already allocated') ? 'port-taken' : 'start-failed',
			facts,
		);
	if (meant.state === 'created') return nothing;
	// One that was put aside earlier in the lesson is no attempt at this one.
	const isAttempt = meant.name === wants.name || meant.state === 'running';
	if (!isAttempt) return nothing;
	const wrong = mismatch(meant, wants);
	if (meant.state === 'running') return wrong ?? nothing;
	// That it is over explains more than how it was started, unless it was another program altogether.
	return wrong && !wrong.passed && wrong.reason === 'wrong-image' ? wrong : fail('exited', facts);
}

function factsOf({ name, image, exitCode, startError }: SeenContainer): Record<string, string> {
	return { name, image, code: String(exitCode), message: startError };
}
