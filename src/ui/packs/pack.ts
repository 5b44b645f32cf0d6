import { invalid } from '#base';
import { LOCALES, readOutline, type CourseOutline, type LessonOutline, type Locale } from '#tutor';
import { SITE_PACK } from '../routing/route.ts';

export type PackFiles = ReadonlyMap<string, Uint8Array>;

/** Where a pack came from. */
export type PackOrigin =
	| { is: 'site' }
	| { is: 'folder' }
	| { is: 'zip' }
	| { is: 'git'; address: string; proxy: string; commit: string };

/** A course that can be worked through: its outline, and its lessons when they are asked for. */
export interface Pack {
	id: string;
	/** What it is called where its course has no title. */
	name: string;
	origin: PackOrigin;
	outline: CourseOutline;
	/** A file of it. Rejects when there is none. */
	read(path: string): Promise<Uint8Array>;
}

/** A lesson's files as its session needs them. */
export interface LessonFiles {
	/** Unique over all packs: what progress is kept under. */
	address: string;
	outline: LessonOutline;
	english: string;
	translations: Partial<Record<Locale, string>>;
	/** Its start state: `start.sh` and what is below `files/`. */
	files: PackFiles;
}

export function findLesson(pack: Pack, id: string): LessonOutline | undefined {
	return pack.outline.paths.flatMap(({ lessons }) => lessons).find((lesson) => lesson.id === id);
}

/** What progress in a lesson is kept under. */
export function lessonAddress(pack: string, lesson: string): string {
	return `${pack}/${lesson}`;
}

/** Fetches everything of a lesson. */
export async function readLesson(pack: Pack, outline: LessonOutline): Promise<LessonFiles> {
	const text = async (name: string): Promise<string> =>
		new TextDecoder().decode(await pack.read(`${outline.id}/${name}`));
	const others = LOCALES.filter((locale) => locale !== 'en' && outline.locales.includes(locale));
	const [english, translations, files] = await Promise.all([
		text('lesson.md'),
		Promise.all(others.map(async (locale) => [locale, await text(`lesson.${locale}.md`)] as const)),
		Promise.all(outline.files.map(async (name) => [name, await pack.read(`${outline.id}/${name}`)] as const)),
	]);
	return {
		address: lessonAddress(pack.id, outline.id),
		outline,
		english,
		translations: Object.fromEntries(translations),
		files: new Map(files),
	};
}

/** The pack that comes with the site; `read` fetches a file of it. */
export async function sitePack(read: (path: string) => Promise<Uint8Array>): Promise<Pack> {
	const outline = JSON.parse(new TextDecoder().decode(await read('index.json'))) as CourseOutline;
	return { id: SITE_PACK, name: '', origin: { is: 'site' }, outline, read };
}

/** A pack of files at hand. Throws `invalid` with a sentence for its author when there is no course in them. */
export function packOf(id: string, name: string, origin: PackOrigin, given: PackFiles): Pack {
	const files = rooted(given);
	const outline = readOutline([...files.keys()], (path) => new TextDecoder().decode(files.get(path)));
	return {
		id,
		name,
		origin,
		outline,
		read: async (path) => {
			const bytes = files.get(path);
			if (!bytes) throw invalid(`there is no ${path} in ${name}`);
			return bytes;
		},
	};
}

/** What a pack may be called in an address. */
export function packId(origin: PackOrigin['is'], name: string): string {
	const slug = name
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, '-')
		.replace(/^-+|-+$/g, '');
	return `${origin}-${slug || 'lessons'}`;
}

/**
 * The files with the course at their root. Folders above it are taken away: they are where it was, not what it is.
 * A single lesson becomes a course of one.
 */
function rooted(files: PackFiles): PackFiles {
	const paths = [...files.keys()];
	const marks = paths.filter((path) => /(^|\/)(course\.yaml|lesson\.md)$/.test(path));
	const course = marks
		.filter((path) => path.endsWith('course.yaml'))
		.sort((a, b) => a.split('/').length - b.split('/').length)[0];
	const root = course === undefined ? commonFolder(marks) : course.slice(0, -'course.yaml'.length);
	const below = paths
		.filter((path) => path.startsWith(root))
		.map((path) => [path.slice(root.length), files.get(path) ?? new Uint8Array()] as const);
	const isSingle = course === undefined && files.has(`${root}lesson.md`);
	const name = root.split('/').at(-2) ?? 'lesson';
	return new Map(isSingle ? below.map(([path, bytes]) => [`${name}/${path}`, bytes] as const) : below);
}

/** The folder, with its slash, that all these files are in. */
function commonFolder(paths: readonly string[]): string {
	const [first, ...others] = paths.map((path) => path.split('/').slice(0, -1));
	let length = first?.length ?? 0;
	for (const other of others) {
		let same = 0;
		while (same < length && other[same] === first?.[same]) same++;
		length = same;
	}
	return (first ?? [])
		.slice(0, length)
		.map((part) => `${part}/`)
		.join('');
}
