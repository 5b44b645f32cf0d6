import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { authorFiles } from '#tutor';

/** `npm run schemas`: writes what is made from the description of the lesson format, for editors and authors. */
const root = path.resolve(import.meta.dirname, '../..');
for (const [name, text] of Object.entries(authorFiles())) {
	const at = path.join(root, name);
	await mkdir(path.dirname(at), { recursive: true });
	await writeFile(at, text);
}
