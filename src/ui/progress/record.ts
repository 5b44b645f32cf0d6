/** What a learner has done in one version of one lesson. */
export interface LessonRecord {
	/** The lesson's address: its pack and its place in it. */
	lesson: string;
	/** Changes when the lesson's author says so; a record is never carried from one to another. */
	version: string;
	startedAt: string;
	updatedAt: string;
	/** When the last check passed; null before. */
	finishedAt: string | null;
	/** Check → when it passed. */
	passed: Record<string, string>;
	/** Quiz or prediction → what the learner answered last. */
	answers: Record<string, string[]>;
	/** Check → how many hints the learner has taken. */
	hints: Record<string, number>;
}

/** The shape that records are kept in. A later shape gets a number of its own and a step in `readRecord`. */
const SHAPE = 1;

export function newRecord(lesson: string, version: string, now: string): LessonRecord {
	return {
		lesson,
		version,
		startedAt: now,
		updatedAt: now,
		finishedAt: null,
		passed: {},
		answers: {},
		hints: {},
	};
}

/** The name a record is kept under. */
export function recordKey({ lesson, version }: Pick<LessonRecord, 'lesson' | 'version'>): string {
	return `${lesson}@${version}`;
}

/** A record as it is kept in the browser and in files. */
export function writeRecord(record: LessonRecord): Record<string, unknown> {
	return { shape: SHAPE, ...record };
}

/** Reads what `writeRecord` wrote. Null when it is of a newer shape, or no record at all: then it is left as it is. */
export function readRecord(value: unknown): LessonRecord | null {
	if (!isFields(value) || value['shape'] !== SHAPE) return null;
	const { lesson, version, startedAt, updatedAt, finishedAt, passed, answers, hints } = value;
	if (typeof lesson !== 'string' || lesson === '' || typeof version !== 'string') return null;
	if (!isTime(startedAt) || !isTime(updatedAt) || !(finishedAt === null || isTime(finishedAt))) return null;
	if (!isFieldsOf(passed, isTime) || !isFieldsOf(answers, isTexts) || !isFieldsOf(hints, isCount)) return null;
	return { lesson, version, startedAt, updatedAt, finishedAt, passed, answers, hints };
}

/** What two records of the same lesson say together: nothing that either has done is lost. */
export function mergeRecords(one: LessonRecord, other: LessonRecord): LessonRecord {
	const [older, newer] = one.updatedAt <= other.updatedAt ? [one, other] : [other, one];
	const passed = { ...newer.passed };
	for (const [check, at] of Object.entries(older.passed))
		passed[check] = earlier(at, passed[check] ?? null) ?? at;
	const hints = { ...newer.hints };
	for (const [check, count] of Object.entries(older.hints)) hints[check] = Math.max(count, hints[check] ?? 0);
	return {
		lesson: newer.lesson,
		version: newer.version,
		startedAt: earlier(one.startedAt, other.startedAt) ?? one.startedAt,
		updatedAt: newer.updatedAt,
		finishedAt: earlier(one.finishedAt, other.finishedAt),
		passed,
		answers: { ...older.answers, ...newer.answers },
		hints,
	};
}

function earlier(one: string | null, other: string | null): string | null {
	if (one === null || other === null) return one ?? other;
	return one <= other ? one : other;
}

export function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFieldsOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is Record<string, T> {
	return isFields(value) && Object.values(value).every(isOne);
}

function isTime(value: unknown): value is string {
	return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
}

function isTexts(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}
