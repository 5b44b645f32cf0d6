import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A Vite plugin that writes `licences.json`: every package of which code is in the site, with its licence's text.
 * The workers' bundles are made by plugins of their own, so both get one that adds to the same list.
 */
export function licences() {
	const folders = new Set();
	const collect = (bundle) => {
		for (const chunk of Object.values(bundle))
			if (chunk.type === 'chunk') for (const id of chunk.moduleIds) addFolder(folders, id);
	};
	return {
		inWorker: { name: 'licences-of-worker', generateBundle: (_, bundle) => collect(bundle) },
		inSite: {
			name: 'licences',
			generateBundle(_, bundle) {
				collect(bundle);
				const source = JSON.stringify([...folders].sort().map(describe));
				this.emitFile({ type: 'asset', fileName: 'licences.json', source });
			},
		},
	};
}

function addFolder(folders, id) {
	const found = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
	if (found) folders.add(found[1]);
}

function describe(folder) {
	const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
	const file = readdirSync(folder).find((entry) => /^licen[cs]e(?!-MPL)/i.test(entry));
	return {
		name,
		version,
		licence: license ?? 'see the text',
		text: file ? readFileSync(path.join(folder, file), 'utf8') : '',
	};
}
