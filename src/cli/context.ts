import type { HttpHandler } from '#api';
import type { Clock } from '#base';
import type { Descriptor, Reference } from '#oci';

/** A byte sink with back-pressure: resolves when the bytes have been taken. Rejects with EPIPE-like `cancelled` when the reader is gone. */
export interface Output {
	write(bytes: Uint8Array | string): Promise<void>;
	readonly isTty: boolean;
}

export interface Input {
	stream: ReadableStream<Uint8Array>;
	readonly isTty: boolean;
}

/** Files as the one who typed the command sees them (the guest's, or the host's in tests). Paths are absolute. Missing files throw not-found. */
export interface CommandFiles {
	read(path: string): Promise<Uint8Array>;
	/** Makes or replaces a file; missing folders on the way are made. */
	write(path: string, content: Uint8Array | ReadableStream<Uint8Array>, mode?: number): Promise<void>;
	stat(path: string): Promise<{ isDirectory: boolean; size: number; mode: number }>;
	/** What is at the path itself. */
	lstat(path: string): Promise<PathInfo>;
	/** What is at the path as a tar stream: a directory with all below it, anything else alone. In the archive it is called `name`. */
	archive(path: string, name: string): Promise<ReadableStream<Uint8Array>>;
	/** Removes what is there, a folder with all in it; nothing when nothing is. */
	remove(path: string): Promise<void>;
	/** Unpacks a tar stream into a directory; refuses to put a file where a directory is, and the other way round. */
	extract(path: string, tar: ReadableStream<Uint8Array>): Promise<void>;
}

/** What is at a path, a link not followed. */
export interface PathInfo {
	kind: 'file' | 'directory' | 'link' | 'device' | 'other';
	/** Of a link: where it leads in the end, as an absolute path, whether or not anything is there. */
	linkTarget: string;
}

/** Registries by the references of their images. Missing ones throw not-found. */
export interface Registries {
	manifest(reference: Reference, options: AskOptions): Promise<RegistryManifest>;
	blob(reference: Reference, blob: Descriptor, options: AskOptions): Promise<Uint8Array>;
	/** Has the target's repository take over blobs from another one of the same registry. */
	mount(target: Reference, from: Reference, digests: string[], options: AskOptions): Promise<void>;
	/** Puts a manifest under the reference's tag or digest. */
	put(reference: Reference, manifest: RegistryManifest, options: AskOptions): Promise<void>;
}

export interface AskOptions {
	auth: { username: string; password: string } | null;
	/** Without TLS, or with any certificate. */
	insecure: boolean;
	signal: AbortSignal;
}

export interface RegistryManifest {
	mediaType: string;
	digest: string;
	bytes: Uint8Array;
}

/** Everything one run of the `docker` command may touch. */
export interface CommandContext {
	/** argv[0] is the command's name, e.g. `docker`. */
	argv: string[];
	env: Record<string, string>;
	/** Absolute. */
	cwd: string;
	stdin: Input;
	stdout: Output;
	stderr: Output;
	/** The Engine API. */
	engine: HttpHandler;
	/** For what the command asks registries itself. */
	registries: Registries;
	files: CommandFiles;
	clock: Clock;
	terminal: {
		/** Rows and columns; 0, 0 when there is no terminal. */
		size(): { rows: number; cols: number };
		/** Raw mode on the terminal of stdin, or back. */
		setRaw(raw: boolean): Promise<void>;
		/** Called after each resize; returns the function that stops it. */
		onResize(listener: () => void): () => void;
	};
	/**
	 * Signals sent to the command (number); a listener tells whether it has dealt with one. One that nobody deals with
	 * ends the command. Returns the function that stops listening.
	 */
	onSignal(listener: (signal: number) => boolean): () => void;
	/** Aborted when the command must end (killed, its terminal gone). */
	signal: AbortSignal;
}
