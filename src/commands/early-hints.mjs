/** The page's own module, which its first script asks for only when it runs. */
const MAIN = /src\/app\/main\.ts$/;
/** The terminal's program, which the page asks for only when it runs. */
const TERMINAL = /src\/ui\/terminal\/view\.ts$/;

/** A Vite plugin: the start page names in its head what its small first script will import, so that the browser fetches it at once. */
export function earlyHints() {
	return {
		name: 'early-hints',
		apply: 'build',
		transformIndexHtml: {
			order: 'post',
			handler(_, { bundle, chunk }) {
				if (!bundle || !chunk?.facadeModuleId?.endsWith('src/app/index.html')) return [];
				const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
				const files = new Set();
				const css = new Set();
				for (const module of [MAIN, TERMINAL]) {
					const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => module.test(id)));
					if (found) collect(found, bundle, files, css);
				}
				for (const name of [chunk.fileName, ...chunk.imports]) files.delete(name);
				return [
					...[...css].map((name) => tag('link', { rel: 'stylesheet', crossorigin: true, href: `./${name}` })),
					...[...files].map((name) =>
						tag('link', { rel: 'modulepreload', crossorigin: true, href: `./${name}` }),
					),
				];
			},
		},
	};
}

function collect(chunk, bundle, files, css) {
	if (files.has(chunk.fileName)) return;
	files.add(chunk.fileName);
	for (const name of chunk.viteMetadata?.importedCss ?? []) css.add(name);
	for (const name of chunk.imports)
		if (bundle[name]?.type === 'chunk') collect(bundle[name], bundle, files, css);
}

function tag(name, attrs) {
	return { tag: name, attrs, injectTo: 'head' };
}
