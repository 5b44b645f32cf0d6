import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCall, HttpRequest, HttpResponse } from '#api';
import { findWithin } from '#platform/node';
import { LessonSession, parseLesson, type CheckState, type MachineKeeper, type SessionOptions } from '#tutor';

export const ID = 'a'.repeat(64);

interface ScriptSays {
	exitCode?: number;
	stdout?: string;
}

interface StageOptions extends SessionOptions {
	/** What the engine answers, by path without the version; anything else is not there. May be changed during the test. */
	docker?: Record<string, unknown>;
	/** What a script prints in the machine. */
	guest?: (script: string) => ScriptSays | Promise<ScriptSays>;
	/** Stands below the front matter; by default the checks' places. */
	body?: string;
	machine?: MachineKeeper;
}

/** A session over a machine that the test makes up: the engine's answers, its events, the learner's calls, what terminals show. */
export function stage(checks: string, options: StageOptions = {}) {
	const { docker = {}, guest, body, machine } = options;
	const ids = Array.from(checks.matchAll(/\bid: ([\w-]+)/g), (match) => match[1] ?? '');
	const places = body ?? ids.map((id) => `[check: ${id}]`).join('\n');
	const english = `---\ntitle: T\nsummary: S\nminutes: 5\nchecks:\n${checks}\n---\n${places}\n`;
	const lesson = parseLesson({ id: 'path/test', locale: 'en', english });
	// Whoever follows the events anew gets a stream of its own.
	let events = new TransformStream<Uint8Array, Uint8Array>();
	let writer = events.writable.getWriter();
	let isFollowed = false;
	const encoder = new TextEncoder();
	let listener: (call: ApiCall) => void = () => undefined;
	const engine = (request: HttpRequest): Promise<HttpResponse> => {
		const path = request.path.replace(/^\/v[\d.]+(?=\/)/, '');
		if (path === '/events') {
			if (isFollowed) {
				events = new TransformStream();
				writer = events.writable.getWriter();
			}
			isFollowed = true;
			return Promise.resolve({ status: 200, headers: [], body: events.readable });
		}
		const found = docker[path];
		const status = path === '/_ping' || found !== undefined ? 200 : 404;
		const json = encoder.encode(JSON.stringify(found ?? { message: 'not there' }));
		return Promise.resolve({ status, headers: [['content-type', 'application/json']], body: json });
	};
	const session = new LessonSession(
		lesson,
		{
			engine,
			onApiCall: (listen) => {
				listener = listen;
				return () => undefined;
			},
			runScript: async (script) => {
				const { exitCode = 0, stdout = '' } = (await guest?.(script)) ?? {};
				return { exitCode, stdout: encoder.encode(stdout), stderr: new Uint8Array() };
			},
			...(machine && { machine }),
			findMatches: findWithin,
			// Waits are kept short, and in their order.
			clock: { now: () => 0, sleep: (ms) => sleep(Math.min(ms, 10)) },
		},
		{ thorough: true, ...options },
	);
	void session.watch();
	return {
		lesson,
		session,
		docker,
		call: (call: Partial<ApiCall>): void =>
			listener({ method: 'POST', path: '', query: '', request: null, status: 200, response: null, ...call }),
		event: (action: string, attributes: Record<string, string> = {}, id = ID): Promise<void> =>
			writer.write(
				encoder.encode(
					`${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes } })}\n`,
				),
			),
		/** What a terminal shows; `\x1b]633;…` marks included. */
		shows: (text: string, terminal = '1'): void => session.output(terminal, encoder.encode(text)),
		/** A command line that was typed and has ended. */
		types: (line: string, exitCode = 0, terminal = '1'): void =>
			session.output(
				terminal,
				encoder.encode(`${line}\r\n\x1b]633;C\x07\x1b]633;D;${exitCode};  7  ${line}\r\n\x07root@host:~# `),
			),
		check: (index = 0): CheckState | undefined => session.state.checks[index],
	};
}

/** A learner's call that makes a container. */
export function created(image: string, command: string[], name = ''): Partial<ApiCall> {
	return {
		path: '/containers/create',
		query: name ? `name=${name}` : '',
		request: { Image: image, Cmd: command },
		status: 201,
		response: { Id: ID },
	};
}
