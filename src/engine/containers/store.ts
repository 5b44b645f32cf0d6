import { conflict, invalid, notFound } from '#base';
import type { Container } from './container.ts';
import { boundLinks } from './links.ts';

/** The containers, found by id, by the beginning of an id, or by name. */
export class ContainerStore {
	readonly #containers = new Map<string, Container>();
	/** Name → id; a name is taken from before its container exists. */
	readonly #names = new Map<string, string>();

	add(container: Container): void {
		this.#containers.set(container.id, container);
	}

	delete(container: Container): void {
		this.#containers.delete(container.id);
		this.release(container.name, container.id);
	}

	/** Has exactly these, oldest first. */
	replace(containers: readonly Container[]): void {
		this.#containers.clear();
		this.#names.clear();
		for (const container of containers) {
			this.#containers.set(container.id, container);
			this.#names.set(container.name, container.id);
		}
	}

	/** Newest first. */
	list(): Container[] {
		return [...this.#containers.values()].reverse();
	}

	get(id: string): Container | null {
		return this.#containers.get(id) ?? null;
	}

	/** Throws conflict in Docker's words when another container has the name. */
	reserve(name: string, id: string): void {
		const holder = this.#names.get(name);
		if (holder !== undefined && holder !== id) {
			throw conflict(
				`Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
			);
		}
		this.#names.set(name, id);
	}

	release(name: string, id: string): void {
		if (this.#names.get(name) === id) this.#names.delete(name);
	}

	isNameTaken(name: string): boolean {
		return this.#names.has(name);
	}

	/** Throws not-found, or `invalid` when an id's beginning is not enough to tell. */
	resolve(ref: string): Container {
		const found = this.find(ref);
		if (!found) throw notFound(`No such container: ${ref}`);
		return found;
	}

	find(ref: string): Container | null {
		const name = ref.replace(/^\//, '');
		const exact = this.get(ref) ?? this.get(this.#names.get(name) ?? '') ?? this.#linked(name);
		if (exact || !/^[0-9a-f]+$/.test(ref)) return exact;
		const matching = [...this.#containers.values()].filter(({ id }) => id.startsWith(ref));
		if (matching.length > 1) throw invalid(`multiple IDs found with provided prefix: ${ref}`);
		return matching[0] ?? null;
	}

	/** What `parent/alias` names: the other end of a link. */
	#linked(name: string): Container | null {
		const [parent = '', alias] = name.split('/');
		const links = boundLinks(this.get(this.#names.get(parent) ?? ''));
		return this.get(links.find((link) => link.alias === alias)?.id ?? '');
	}
}
