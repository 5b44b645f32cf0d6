import { kindOf, notFound, readAll } from '#base';
import { formatReference, readTar, type Reference } from '#oci';
import { configFolder } from '../../config.ts';
import type { CommandContext } from '../../context.ts';
import type { KnownManifest } from './known.ts';

/** The lists that are being put together: files of the client's, a folder for each list. */
export class ManifestStore {
	readonly #context: CommandContext;

	constructor(context: CommandContext) {
		this.#context = context;
	}

	/** All of a list, in the order of their names; null when there is no such list. */
	async list(list: Reference): Promise<KnownManifest[] | null> {
		try {
			const tar = await readAll(await this.#context.files.archive(this.#folder(list), 'list'));
			const files = [...readTar(tar)].filter(({ type }) => type === '0');
			files.sort((a, b) => (a.path < b.path ? -1 : 1));
			return files.map(({ data }) => parse(data));
		} catch (error) {
			if (kindOf(error) === 'not-found') return null;
			throw error;
		}
	}

	/** Null when the list has it not. */
	async get(list: Reference, image: Reference): Promise<KnownManifest | null> {
		try {
			return parse(await this.#context.files.read(this.#file(list, image)));
		} catch (error) {
			if (kindOf(error) === 'not-found') return null;
			throw error;
		}
	}

	async put(list: Reference, image: Reference, manifest: KnownManifest): Promise<void> {
		const text = new TextEncoder().encode(JSON.stringify(manifest));
		await this.#context.files.write(this.#file(list, image), text);
	}

	/** Throws not-found in Docker's words. */
	async remove(list: Reference): Promise<void> {
		if (!(await this.list(list))) throw notFound(`No such manifest: ${formatReference(list)}`);
		await this.#context.files.remove(this.#folder(list));
	}

	#folder(list: Reference): string {
		return `${configFolder(this.#context)}/manifests/${fileName(list)}`;
	}

	#file(list: Reference, image: Reference): string {
		return `${this.#folder(list)}/${fileName(image)}`;
	}
}

function fileName(reference: Reference): string {
	return formatReference(reference).replaceAll(':', '-').replaceAll('/', '_');
}

function parse(text: Uint8Array): KnownManifest {
	return JSON.parse(new TextDecoder().decode(text)) as KnownManifest;
}
