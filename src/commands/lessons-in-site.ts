import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'vite';
import { readOutline } from '#tutor';

const LESSONS = path.resolve(import.meta.dirname, '../../lessons');

/** What the page reads of a lesson; its solution and its wrong attempts stay at home. */
const SHOWN = /(^|\/)(course\.yaml|lesson(\.[\w-]+)?\.md|start\.sh|files\/.+)$/;

/** A Vite plugin that puts the lessons on the site: each file as it is, and `lessons/index.json`, the outline of the course. */
export function lessonsInSite(): Plugin {
	return {
		name: 'lessons-in-site',
		async generateBundle() {
			for (const [name, source] of await lessonFiles())
				this.emitFile({ type: 'asset', fileName: `lessons/${name}`, source });
		},
		configureServer(server) {
			server.middlewares.use('/lessons/', (request, response, next) => {
				void lessonFiles().then((files) => {
					const source = files.get(decodeURIComponent((request.url ?? '').slice(1).replace(/[?#].*/, '')));
					if (source === undefined) next();
					else response.end(source);
				}, next);
			});
		},
	};
}

async function lessonFiles(): Promise<Map<string, string | Uint8Array>> {
	const entries = await readdir(LESSONS, { recursive: true, withFileTypes: true });
	const names = entries
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(LESSONS, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
		.filter((name) => SHOWN.test(name));
	const outline = readOutline(names, (name) => readFileSync(path.join(LESSONS, name), 'utf8'));
	const files = new Map<string, string | Uint8Array>([['index.json', JSON.stringify(outline)]]);
	for (const name of names) files.set(name, readFileSync(path.join(LESSONS, name)));
	return files;
}
