import { invalid, messageOf, readAll, streamOf } from '#base';
import { FileType, Tree, isType, type NodeFields, type TreeNode } from './tree.ts';

/** One row of the index: path, mode, uid, gid, mtime, size, data. */
type Row = [string, number, number, number, number, number, Data];
type Data = string | [number, number] | { link: string } | null;

/** Reads the gzip index of a tree (`vm-images/README.md`). File contents stay behind their hashes. */
export async function readTreeIndex(gzip: Uint8Array): Promise<Tree> {
	return parseTreeIndex(JSON.parse(new TextDecoder().decode(await gunzip(gzip))));
}

/** The same from the parsed JSON. */
export function parseTreeIndex(json: unknown): Tree {
	const { version, entries } = json as { version?: unknown; entries?: unknown };
	if (version !== 1 || !Array.isArray(entries))
		throw invalid('the index of the root filesystem has an unknown form');
	const first = entries[0] as Row | undefined;
	if (first?.[0] !== '') throw invalid('the index of the root filesystem does not start with its root');
	const tree = new Tree(fieldsOf(first));
	for (let at = 1; at < entries.length; at++) addRow(tree, entries[at] as Row);
	return tree;
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
	try {
		const gunzipped = streamOf(bytes as Uint8Array<ArrayBuffer>).pipeThrough(
			new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>,
		);
		return await readAll(gunzipped);
	} catch (error) {
		throw invalid(`the index of the root filesystem cannot be unpacked: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

function addRow(tree: Tree, row: Row): void {
	const [path, , , , , , data] = row;
	const slash = path.lastIndexOf('/');
	const directory = slash < 0 ? tree.root : tree.find(path.slice(0, slash));
	if (!directory?.children)
		throw invalid(`the index of the root filesystem has ${path} before its directory`);
	tree.name(directory, path.slice(slash + 1), linkOf(tree, path, data) ?? tree.add(fieldsOf(row)));
}

function linkOf(tree: Tree, path: string, data: Data): TreeNode | undefined {
	if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
	const node = tree.find(data.link);
	if (!node) throw invalid(`the index of the root filesystem links ${path} to nothing`);
	return node;
}

function fieldsOf([, mode, uid, gid, mtime, size, data]: Row): NodeFields {
	const fields: NodeFields = { mode, uid, gid, mtime, size };
	if (isType(mode, FileType.SYMLINK))
		return { ...fields, target: typeof data === 'string' ? data : '', size: 0 };
	if (Array.isArray(data)) return { ...fields, major: data[0], minor: data[1] };
	return {
		...fields,
		content: isType(mode, FileType.FILE) && typeof data === 'string' && data !== '' ? data : null,
	};
}
