import { invalid } from '#base';
import { MODE, TreeBuilder, type Tree, type TreeNode } from '#oci';

type Data = string | [number, number] | { link: string } | null;
type Entry = [path: string, mode: number, uid: number, gid: number, mtime: number, size: number, data: Data];

/** Reads the index of the root filesystem (`vm-images/README.md`), already decompressed. Throws `invalid`. */
export function parseRootTree(json: string): Tree {
	const index = JSON.parse(json) as { version: number; entries: Entry[] };
	if (index.version !== 1 || !Array.isArray(index.entries))
		throw invalid('the index of the root filesystem has another version');
	const builder = new TreeBuilder();
	const byPath = new Map<string, TreeNode>([['', builder.root]]);
	for (const [path, mode, uid, gid, mtime, size, data] of index.entries) {
		if (path === '') {
			Object.assign(builder.root, { mode, uid, gid, mtime });
			continue;
		}
		const slash = path.lastIndexOf('/');
		const parent = byPath.get(slash < 0 ? '' : path.slice(0, slash));
		if (!parent?.children) throw invalid(`the index of the root filesystem has ${path} in no directory`);
		const name = path.slice(slash + 1);
		if (data !== null && typeof data === 'object' && 'link' in data) {
			const first = byPath.get(data.link);
			if (!first || first.children)
				throw invalid(`the index of the root filesystem links ${path} to no file`);
			builder.link(parent, name, first);
			byPath.set(path, first);
			continue;
		}
		byPath.set(path, builder.add(parent, name, { mode, uid, gid, mtime, ...dataOf(mode, size, data) }));
	}
	return builder.finish();
}

function dataOf(mode: number, size: number, data: string | [number, number] | null): Partial<TreeNode> {
	if (Array.isArray(data)) return { device: data };
	if ((mode & MODE.type) === MODE.symlink)
		return { target: data ?? '', size: new TextEncoder().encode(data ?? '').length };
	return data ? { size, content: { hash: data } } : {};
}
