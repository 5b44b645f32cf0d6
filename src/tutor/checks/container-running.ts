import { living } from '../world/observe.ts';
import { optional, regexp } from '../schema/type.ts';
import type { SeenContainer } from '../world/world.ts';
import { checkKind, fail, pass, waiting, type Look, type Outcome } from './check.ts';
import { container } from './fields.ts';
import { processesOf } from './guest-view.ts';
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
		process: optional(
			regexp,
			'what the command line of a process in it must match, where a wrong one runs for a moment before it ends by itself',
			'其中某个进程的命令行应匹配的内容；用于错误的容器会先运行片刻、再自行退出的情形',
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
			const inspected = wants.config ? await look.docker.container(one.id) : {};
			wrong = inspected && wrongConfig(inspected, wants.config, one.name);
			if (inspected && !wrong && (await isUp(one, wants.process, look))) return pass;
		}
		return failureToMake(wants, look) ?? wrong ?? whyNot(wants, look);
	},
});

/** Whether what shows that it has come through its start is running in it. */
async function isUp({ id }: SeenContainer, process: string | undefined, look: Look): Promise<boolean> {
	if (process === undefined) return true;
	const running = processesOf(await look.docker.processes(id));
	return (await look.patterns.those(process, running, ({ args }) => args)).length > 0;
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
