import { needed, oneOrMany, optional, scalar, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting, type Outcome } from './check.ts';
import { textAt } from './docker-view.ts';
import { quote } from './guest-view.ts';

/** Looks into the directories of the layers, as they lie in the machine. */
export const layer = checkKind({
	about: {
		en: 'a layer of an image has, lacks or hides these files',
		'zh-CN': '镜像的某一层含有、不含或遮住了这些文件',
	},
	fields: {
		image: needed(text, 'the name of the image', '镜像名'),
		layer: optional(
			scalar,
			'`top` (when not given), `any`, or its number from the bottom, from 1',
			'`top`（默认）、`any`，或自下而上的序号（从 1 起）',
		),
		has: optional(oneOrMany(text), 'paths that are in it', '该层中有的路径'),
		lacks: optional(oneOrMany(text), 'paths that are not in it', '该层中没有的路径'),
		hides: optional(oneOrMany(text), 'paths below that it hides (whiteouts)', '它遮住的下层路径（whiteout）'),
	},
	reasons: {
		waiting: ['image'],
		'no-layer': ['image', 'seen', 'wanted'],
		'not-in-layer': ['image', 'path', 'layer'],
		'in-layer': ['image', 'path', 'layer'],
		'not-hidden': ['image', 'path', 'layer'],
	},
	asksGuest: true,
	refuse({ layer, has, lacks, hides }) {
		if (!has && !lacks && !hides) return 'it needs `has`, `lacks` or `hides`';
		const isLayer =
			layer === undefined ||
			layer === 'top' ||
			layer === 'any' ||
			(Number.isInteger(layer) && Number(layer) > 0);
		return isLayer ? null : '`layer` is `top`, `any` or a number from 1';
	},
	async evaluate({ image, layer: which = 'top', has = [], lacks = [], hides = [] }, { docker, guest }) {
		const found = await docker.image(image);
		if (!found) return waiting({ image });
		const layers = layerDirectories(found);
		const chosen =
			which === 'any'
				? layers
				: layers.slice(...(which === 'top' ? [-1] : [Number(which) - 1, Number(which)]));
		if (chosen.length === 0)
			return fail('no-layer', { image, seen: String(layers.length), wanted: String(which) });
		const paths = [...has, ...lacks, ...hides];
		const kinds = await lookInto(guest, chosen, paths);
		const wrong = (reason: string, path: string): Outcome =>
			fail(reason, { image, path, layer: String(which) });
		const anywhere = (path: string, kind: string): boolean =>
			kinds.some((layer) => layer[paths.indexOf(path)] === kind);
		for (const path of has) if (!anywhere(path, 'there')) return wrong('not-in-layer', path);
		for (const path of lacks) if (anywhere(path, 'there')) return wrong('in-layer', path);
		for (const path of hides) if (!anywhere(path, 'hidden')) return wrong('not-hidden', path);
		return pass;
	},
});

/** The directories of an image's layers, lowest first. */
function layerDirectories(inspected: Record<string, unknown>): string[] {
	const upper = textAt(inspected, 'GraphDriver.Data.UpperDir');
	const lower = textAt(inspected, 'GraphDriver.Data.LowerDir').split(':').filter(Boolean);
	return [...(upper ? [upper] : []), ...lower].reverse();
}

/** For each directory, what each path is in it: `there`, `hidden` (a whiteout) or `no`. */
async function lookInto(
	guest: { run(script: string): Promise<{ stdout: string }> },
	directories: string[],
	paths: string[],
): Promise<string[][]> {
	const script = `for d in ${directories.map(quote).join(' ')}; do for p in ${paths.map(quote).join(' ')}; do
if [ -c "$d/$p" ] && [ "$(stat -c %t:%T "$d/$p")" = 0:0 ]; then echo hidden
elif [ -e "$d/$p" ] || [ -L "$d/$p" ]; then echo there; else echo no; fi; done; done`;
	const answers = (await guest.run(script)).stdout.split('\n');
	return directories.map((_, index) => answers.slice(index * paths.length, (index + 1) * paths.length));
}
