import { internal, invalid } from '#base';
import {
	compressionOf,
	contentOf,
	FileType,
	fieldsOf,
	isType,
	readArchiveTree,
	ImageFiles,
	type ImageFile,
	type LayerDraft,
	type Owner,
} from '#oci';
import type { CopySource } from './sources.ts';

/** A file or directory to copy. */
export interface CopyItem {
	source: CopySource;
	file: ImageFile;
	/** As the instruction has it: its last name is what a file is called in a directory. */
	name: string;
	/** The tar in it, when it is one that ADD is to unpack. */
	archive: Uint8Array | null;
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** Puts an item at a destination, which may end in a slash. `owner` null keeps the source's. */
export function copyInto(draft: LayerDraft, item: CopyItem, destination: string, owner: Owner | null): void {
	const target = draft.files.resolve(destination);
	if (item.archive) {
		unpackInto(draft, item.archive, target);
		return;
	}
	if (item.file.node.children) copyDirectory(draft, item, target, owner);
	else copyFile(draft, item, destination, target, owner);
}

function copyFile(
	draft: LayerDraft,
	{ file, name }: CopyItem,
	destination: string,
	target: string,
	owner: Owner | null,
): void {
	const isDirectory = draft.files.at(target)?.node.children != null;
	const path =
		isDirectory || destination.endsWith('/')
			? draft.files.resolve(`${target}/${name.slice(name.lastIndexOf('/') + 1)}`)
			: target;
	if (path === '/') throw invalid('failed to copy files: the destination is the root directory');
	draft.makeDirectory(path.slice(0, path.lastIndexOf('/')), owner ?? ROOT);
	draft.put(path, { ...fieldsOf(file.node), ...owner });
}

/** What is in the directory, not the directory itself; one that is made for it belongs to the owner. */
function copyDirectory(
	draft: LayerDraft,
	{ source, file }: CopyItem,
	target: string,
	owner: Owner | null,
): void {
	const isNew = !draft.files.at(target)?.node.children;
	draft.makeDirectory(target, ROOT);
	if (isNew && owner) draft.own(target, owner);
	for (const found of source.walk(file)) {
		if (found.path === file.path) continue;
		const below = found.path.slice(file.path === '/' ? 0 : file.path.length);
		place(draft, `${target === '/' ? '' : target}${below}`, found, owner);
	}
}

/** The members of an archive, with the owners they have there. */
function unpackInto(draft: LayerDraft, tar: Uint8Array, target: string): void {
	draft.makeDirectory(target, ROOT);
	const files = new ImageFiles([readArchiveTree(tar)]);
	for (const found of files.walk(files.root)) {
		if (found.path !== '/') place(draft, `${target === '/' ? '' : target}${found.path}`, found, null);
	}
}

/** Links on the way are followed, as they would be in the image. */
function place(draft: LayerDraft, path: string, found: ImageFile, owner: Owner | null): void {
	const slash = path.lastIndexOf('/');
	const directory = draft.files.resolve(path.slice(0, slash));
	if (!draft.files.at(directory)?.node.children)
		throw internal(`failed to copy files: failed to copy directory: ${directory} is not a directory`);
	draft.put(`${directory === '/' ? '' : directory}${path.slice(slash)}`, {
		...fieldsOf(found.node),
		...owner,
	});
}

/** Whether ADD may have to unpack a file: what only looks compressed shows when it is. */
export function mayBeArchive(file: ImageFile): boolean {
	if (!isType(file.node.mode, FileType.FILE)) return false;
	const bytes = contentOf(file);
	if (compressionOf(bytes)) return true;
	return new TextDecoder().decode(bytes.subarray(257, 262)) === 'ustar';
}
