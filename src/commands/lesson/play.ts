import { setTimeout as sleep } from 'node:timers/promises';
import { invalid, messageOf } from '#base';
import { createNodeSandbox, findWithin, systemClock } from '#platform/node';
import type { LocalSandbox } from '#sandbox/local';
import {
	hintHtml,
	LessonSession,
	prepareLesson,
	sentenceHtml,
	type CheckState,
	type Kept,
	type Lesson,
	type Script,
	type SessionPorts,
} from '#tutor';
import { PUBLIC_FOLDER } from '../options.ts';
import type { LessonFolder } from './folder.ts';
import { Typist } from './typist.ts';

/** One attempt at a lesson, and null or a sentence that says what was not as it must be. */
export interface Played {
	name: string;
	problem: string | null;
	ms: number;
}

/** How long the checks may take to notice what has been done. */
const PATIENCE_MS = 30_000;
const MOMENT_MS = 50;
/** Looks after a line of the solution, each after such a pause, in which a check may yet be seen to be passed by it. */
const LATE_LOOKS_MS = [100, 300];

/** Everything of a machine that a lesson may change and that does not change by itself. */
const FINGERPRINT = `cd /root && find . -type f -exec md5sum {} + | sort; cat /etc/hosts; ls /etc/docker 2>/dev/null
docker ps -aq --no-trunc; for c in $(docker ps -aq); do docker inspect -f '{{.Name}} {{.State.Status}} {{.Config.Image}}' $c; done
docker images -a --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}'; docker volume ls -q; docker network ls -q
ls -d /sys/fs/cgroup/*/; mount | wc -l; ls /var/lib/docker/overlay2`;

/**
 * Plays a lesson in one machine: its start passes nothing, its solution passes everything, reset brings the start back, and every
 * wrong attempt gets its hint. Each attempt begins from a state of the machine that was kept.
 */
export async function playLesson(folder: LessonFolder, report: (played: Played) => void): Promise<void> {
	const player = await Player.start(folder);
	const attempt = async (name: string, play: () => Promise<string | null>): Promise<boolean> => {
		const begun = performance.now();
		const problem = await play().catch((error: unknown) => messageOf(error));
		report({ name, problem, ms: performance.now() - begun });
		return problem === null;
	};
	try {
		if (!(await attempt('start', () => player.playStart()))) return;
		const { solution, wrong } = folder.review;
		if (!solution) throw invalid('there is no solution.sh');
		const needed = new Set([...wrong.values()].flatMap(({ after }) => (after ? [after.check] : [])));
		const isSolved = await attempt('solution', () => player.playSolution(solution, needed));
		await attempt('reset', () => player.playReset());
		for (const [name, script] of wrong) {
			// What would begin in the midst of a solution that does not work says nothing.
			if (!isSolved && script.after) continue;
			await attempt(`wrong/${name}`, () => player.playWrong(script));
		}
	} finally {
		await player.dispose();
	}
}

class Player {
	readonly #sandbox: LocalSandbox;
	readonly #lessons: Lesson[];
	readonly #lesson: Lesson;
	readonly #ports: SessionPorts;
	readonly #session: LessonSession;
	readonly #kept = new Map<string, Kept>();
	#watching: Promise<void> = Promise.resolve();
	#typists = new Map<number, Typist>();
	#before = '';

	private constructor(sandbox: LocalSandbox, lesson: Lesson, lessons: Lesson[]) {
		this.#sandbox = sandbox;
		this.#lesson = lesson;
		this.#lessons = lessons;
		this.#ports = {
			engine: sandbox.engine,
			onApiCall: sandbox.onApiCall.bind(sandbox),
			runScript: sandbox.runScript.bind(sandbox),
			clock: systemClock,
			findMatches: findWithin,
			machine: sandbox.snapshots,
		};
		this.#session = new LessonSession(lesson, this.#ports, { withoutUndo: true });
	}

	/** A machine in the lesson's start state. */
	static async start({ review, files }: LessonFolder): Promise<Player> {
		const lessons = Object.values(review.lessons);
		const english = review.lessons.en;
		if (!english) throw invalid('there is no lesson.md that can be read');
		const sandbox = createNodeSandbox({ publicFolder: PUBLIC_FOLDER });
		try {
			await sandbox.ready;
			await prepareLesson({ files, script: review.start }, sandbox);
			return new Player(sandbox, english, lessons);
		} catch (error) {
			await sandbox.dispose();
			throw error;
		}
	}

	/** Whoever does nothing, or nothing to the purpose, passes nothing. */
	async playStart(): Promise<string | null> {
		this.#before = await this.#fingerprint();
		this.#watching = this.#session.watch();
		this.#watching.catch(() => undefined);
		await this.#session.settled();
		const kept = await this.#session.keep();
		this.#kept.set('', kept);
		const { machine: _, ...ports } = this.#ports;
		const idle = new LessonSession(this.#lesson, ports, { thorough: true });
		const watching = idle.watch();
		try {
			const typist = await Typist.open(this.#sandbox, (bytes) => idle.output('1', bytes));
			for (const line of ['true', 'echo drydock']) await typist.command(line);
			await typist.untilPrompt();
			await idle.settled();
			const passed = idle.state.checks.filter(({ isPassed }) => isPassed).map(({ id }) => id);
			if (passed.length > 0) return `passes though nothing has been done: ${passed.join(', ')}`;
			return this.#wordless(idle.state.checks);
		} finally {
			idle.dispose();
			await watching;
			await this.#goBack(kept);
		}
	}

	/** The solution passes every check and reaches every goal picture. `needed` are the checks after which wrong attempts begin. */
	async playSolution(script: Script, needed: ReadonlySet<string>): Promise<string | null> {
		const reached = new Set<number>();
		const stop = this.#session.subscribe(({ goals }) =>
			goals.forEach(({ isReached }, index) => isReached && reached.add(index)),
		);
		const keepWhatIsNeeded = async (): Promise<void> => {
			// What is needed is kept before the next line changes more: on a busy computer its check may be late.
			const current = this.#session.state.checks.find(({ isPassed }) => !isPassed)?.id;
			if (current !== undefined && needed.has(current)) await this.#lookForLate(current);
			for (const { id, isPassed } of this.#session.state.checks)
				if (isPassed && needed.has(id) && !this.#kept.has(id)) this.#kept.set(id, await this.#session.keep());
		};
		await this.#type(script, keepWhatIsNeeded);
		const isDone = await this.#until(() => this.#session.state.isDone);
		await keepWhatIsNeeded();
		stop();
		if (!isDone)
			return `not passed: ${this.#standing(this.#session.state.checks.filter(({ isPassed }) => !isPassed))}`;
		const missed = this.#lesson.goals.findIndex((_, index) => !reached.has(index));
		return missed < 0 ? null : `goal picture ${missed + 1} is never reached`;
	}

	/** After a reset the machine is as at the start, and nothing has passed. */
	async playReset(): Promise<string | null> {
		await this.#closeTerminals();
		await this.#session.reset();
		await this.#session.settled();
		const passed = this.#session.state.checks.filter(({ isPassed }) => isPassed).map(({ id }) => id);
		if (passed.length > 0) return `still passed after a reset: ${passed.join(', ')}`;
		const after = await this.#fingerprint();
		return after === this.#before
			? null
			: `the machine is not as it was: ${firstDifference(this.#before, after)}`;
	}

	/** A wrong attempt does not pass the check, and gets the hint that it names, in every language. */
	async playWrong(script: Script): Promise<string | null> {
		const { hint, after } = script;
		if (!hint) return 'does not say which hint it must get';
		const kept = this.#kept.get(after?.check ?? '');
		if (!kept) return `cannot begin: the solution was not seen to pass ${after?.check ?? 'the start'}`;
		await this.#goBack(kept);
		await this.#type(script);
		const isMet = (): boolean => {
			const state = this.#session.state.checks.find(({ id }) => id === hint.check);
			return state?.isMistake === true && state.reason === hint.reason;
		};
		if (await this.#until(isMet))
			return this.#wordless(this.#session.state.checks.filter(({ id }) => id === hint.check));
		return `expected ${hint.check} to fail for ${hint.reason}, but: ${this.#standing(this.#session.state.checks)}`;
	}

	async dispose(): Promise<void> {
		this.#session.dispose();
		await this.#watching.catch(() => undefined);
		await this.#sandbox.dispose();
	}

	async #type({ actions }: Script, afterEach?: () => Promise<void>): Promise<void> {
		for (const [index, action] of actions.entries()) {
			if (action.is === 'answer') {
				this.#answer(action.question, action.choice);
				await this.#session.settled();
				await afterEach?.();
				continue;
			}
			const typist = await this.#typist(action.terminal);
			if (action.is === 'command') await typist.command(action.text);
			else if (action.is === 'input') await typist.input(action.text);
			else await typist.key(action.letter);
			const next = actions.slice(index + 1).find((one) => one.is !== 'answer');
			// What goes on elsewhere, or in the program itself, does not wait for the shell.
			const staysHere = next === undefined || (next.is === 'command' && next.terminal === action.terminal);
			if (staysHere) await typist.untilPrompt();
			else await typist.untilQuiet();
			await this.#session.settled();
			await afterEach?.();
		}
	}

	#answer(id: string, choice: number | null): void {
		const question = this.#lesson.questions.find((one) => one.id === id);
		if (!question) throw invalid(`there is no question called ${id}`);
		this.#session.answer(
			id,
			choice === null ? question.answers.findIndex(({ isRight }) => isRight) : choice - 1,
		);
	}

	async #typist(terminal: number): Promise<Typist> {
		let typist = this.#typists.get(terminal);
		if (!typist) {
			typist = await Typist.open(this.#sandbox, (bytes) => this.#session.output(String(terminal), bytes));
			this.#typists.set(terminal, typist);
		}
		return typist;
	}

	async #goBack(kept: Kept): Promise<void> {
		this.#typists = new Map();
		await this.#session.putBack(kept);
		await this.#session.settled();
	}

	async #closeTerminals(): Promise<void> {
		for (const typist of this.#typists.values()) await typist.close();
		this.#typists = new Map();
	}

	async #lookForLate(check: string): Promise<void> {
		for (const pause of LATE_LOOKS_MS) {
			if (this.#hasPassed(check)) return;
			await sleep(pause);
			this.#session.look();
			await this.#session.settled();
		}
	}

	#hasPassed(check: string): boolean {
		return this.#session.state.checks.some(({ id, isPassed }) => id === check && isPassed);
	}

	async #until(isMet: () => boolean): Promise<boolean> {
		const end = Date.now() + PATIENCE_MS;
		while (!isMet() && Date.now() < end) await sleep(MOMENT_MS);
		return isMet();
	}

	async #fingerprint(): Promise<string> {
		const { stdout } = await this.#sandbox.runScript(FINGERPRINT);
		return new TextDecoder().decode(stdout);
	}

	#standing(states: readonly CheckState[]): string {
		return states
			.map(({ id, isPassed, reason, facts }) => {
				const said = Object.values(facts).filter(Boolean).join(', ');
				return `${id} ${isPassed ? 'has passed' : `${reason}${said ? ` (${said})` : ''}`}`;
			})
			.join('; ');
	}

	/** What is said of a check must have words in every language, with every fact filled in. */
	#wordless(states: readonly CheckState[]): string | null {
		for (const lesson of this.#lessons)
			for (const state of states) {
				const check = lesson.checks.find(({ id }) => id === state.id);
				// What comes after another check is not looked at before that has passed: its facts are not known.
				if (!check || (check.after !== null && state.reason === 'waiting')) continue;
				const words = [
					sentenceHtml(lesson.locale, check, state),
					...(state.isMistake ? [hintHtml(check, state)] : []),
				];
				const hole = words.map((one) => /\{\w+\}/.exec(one)).find((found) => found !== null);
				if (!words[0]) return `there are no words for ${state.id} ${state.reason} in ${lesson.locale}`;
				if (hole)
					return `the words for ${state.id} ${state.reason} in ${lesson.locale} leave ${hole[0]} open`;
			}
		return null;
	}
}

function firstDifference(before: string, after: string): string {
	const old = before.split('\n');
	const line = after.split('\n').find((one) => !old.includes(one)) ?? old.find((one) => !after.includes(one));
	return line ?? 'its lines are in another order';
}
