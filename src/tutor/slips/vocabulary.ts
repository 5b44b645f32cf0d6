import type { Lesson, LessonCheck } from '../lesson/lesson.ts';

/** Docker's own words, as they follow `docker`. A test holds this against the command table. */
export const DOCKER_WORDS =
	'attach build builder commit container context cp create diff events exec export history image images import info inspect kill load login logout logs manifest network pause port ps pull push plugin rename restart rm rmi run save search start stats stop swarm system tag top trust unpause update version volume wait ls prune'.split(
		' ',
	);

/** Programs that anybody tries, whether the lesson speaks of them or not. */
const PROGRAMS =
	'docker cat cd clear cp curl echo exit grep head help ls mkdir mount mv ps rm sleep tail touch'.split(' ');

/** Images that anybody tries. */
const IMAGES = 'alpine busybox debian hello-world httpd nginx node python redis registry ubuntu'.split(' ');

/** What follows `docker` and has words of its own after it. */
const GROUPS = ['docker', 'builder', 'container', 'context', 'image', 'network', 'system', 'volume'];

/** A word of a command line, and what it is there: the program, a word of Docker's, or anything else. */
export interface PlacedWord {
	word: string;
	is: 'program' | 'docker' | 'other';
}

/** The words of a command line. A full-width space is no space to the shell. */
export function placedWords(line: string): PlacedWord[] {
	return line.split(/[;|&()`]+/).flatMap((command) => {
		const words = command.split(/[ \t\r\n<>"']+/).filter(Boolean);
		return words.map((word, index): PlacedWord => {
			const isDockers = words[0] === 'docker' && words.slice(1, index).every((one) => GROUPS.includes(one));
			return { word, is: index === 0 ? 'program' : isDockers ? 'docker' : 'other' };
		});
	});
}

function wordsOf(line: string): string[] {
	return placedWords(line).map(({ word }) => word);
}

/** What a word is made of: `localhost:5000/web:1` has `localhost` and `web`. Numbers are no names. */
export function partsOf(word: string): string[] {
	return word.split(/[:/=@,]+/).filter((part) => /[A-Za-z]/.test(part));
}

/** The words that a learner of a lesson may have meant. */
export class Vocabulary {
	readonly #lines: ReadonlySet<string>;
	readonly #words: ReadonlySet<string>;
	readonly #parts: ReadonlySet<string>;
	/** The parts of what the lesson says. */
	readonly #own: readonly string[];
	readonly #ofCheck: ReadonlyMap<string, readonly string[]>;

	constructor({ commands, checks }: Lesson) {
		const lines = [
			...commands.map(({ command }) => command),
			...checks.flatMap(({ show }) => show ?? []),
			...checks.flatMap(({ spec }) => textsIn(spec)),
		];
		this.#lines = new Set(lines.map((line) => wordsOf(line).join(' ')));
		const words = new Set(lines.flatMap(wordsOf));
		this.#own = [...words].flatMap(partsOf);
		this.#words = new Set([...words, ...DOCKER_WORDS, ...PROGRAMS, ...IMAGES]);
		this.#parts = new Set([...this.#words].flatMap(partsOf));
		const wayTo = (check: LessonCheck): string[] => [
			...textsIn(check.spec),
			...(check.show ?? []),
			...commands.filter((one) => one.check === check.id).map(({ command }) => command),
		];
		this.#ofCheck = new Map(
			checks.map((check) => [check.id, wayTo(check).flatMap(wordsOf).flatMap(partsOf)]),
		);
	}

	/** The lesson itself has this line: whatever comes of it is meant so. */
	hasLine(line: string): boolean {
		return this.#lines.has(wordsOf(line).join(' '));
	}

	hasWord(word: string): boolean {
		return this.#words.has(word);
	}

	hasPart(part: string): boolean {
		return this.#parts.has(part);
	}

	/** What leads to a check: the words that the learner needs now. */
	partsFor(check: string): readonly string[] {
		return this.#ofCheck.get(check) ?? [];
	}

	/** All that may stand in such a place. */
	partsAt(place: PlacedWord['is']): readonly string[] {
		if (place === 'docker') return DOCKER_WORDS;
		return place === 'program' ? [...PROGRAMS, ...this.#own] : [...this.#own, ...IMAGES];
	}
}

/** What a check names: images, containers, commands, files. Patterns and scripts are not for typing. */
function textsIn(spec: LessonCheck['spec']): string[] {
	const { kind: _, ...fields } = spec;
	return Object.entries(fields).flatMap(([field, value]) => {
		if (['pattern', 'contains', 'createdBy', 'script', 'mistake'].includes(field)) return [];
		return [value].flat().filter((one) => typeof one === 'string');
	});
}
