import type { ContainerConfig } from '#api';
import { kindOf, messageOf, SandboxError, unavailable } from '#base';
import { createContainer } from '../containers/create.ts';
import type { Container } from '../containers/container.ts';
import { emitContainerEvent } from '../containers/find.ts';
import { removeContainer } from '../containers/remove.ts';
import { startContainer } from '../containers/start.ts';
import { waitContainer } from '../containers/wait.ts';
import type { OutputStream } from '../containers/log.ts';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import type { ImageRecord } from '../images/store.ts';
import { buildHostConfig } from './host-config.ts';
import type { BuildOptions } from './options.ts';
import type { BuildOutput } from './output.ts';

/** The containers that the steps of a build run in. */
export class TemporaryContainers {
	readonly #daemon: Daemon;
	readonly #options: BuildOptions;
	readonly #output: BuildOutput;
	readonly #ids = new Set<string>();

	constructor(daemon: Daemon, options: BuildOptions, output: BuildOutput) {
		this.#daemon = daemon;
		this.#options = options;
		this.#output = output;
	}

	/** Makes one and says so. */
	async create(image: ImageRecord | null, config: ContainerConfig): Promise<Container> {
		const request = { ...config, Image: image?.id ?? '', HostConfig: buildHostConfig(this.#options) };
		const { Id, Warnings } = await createContainer(this.#daemon, request, {
			name: '',
			platform: '',
			isStep: true,
		});
		this.#ids.add(Id);
		for (const warning of Warnings) this.#output.write(` ---> [Warning] ${warning}\n`);
		this.#output.write(` ---> Running in ${shortId(Id)}\n`);
		return this.#daemon.containers.resolve(Id);
	}

	/** Runs it to its end with its output among the build's; returns its exit code. When the build is given up it is removed. */
	async run(container: Container): Promise<number> {
		const { signal } = this.#options;
		const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
		const write = async (stream: OutputStream, bytes: Uint8Array): Promise<void> => {
			const text = decoders[stream].decode(bytes, { stream: true });
			if (stream === 'stdout') this.#output.write(text);
			else this.#output.complain(text);
		};
		const ended = new Promise<void>((resolve) => container.stdio.attach({ write, end: resolve }));
		emitContainerEvent(this.#daemon, container, 'attach');
		const abort = () => void this.#remove(container).catch(() => undefined);
		signal.addEventListener('abort', abort, { once: true });
		try {
			await startContainer(this.#daemon, container);
			await ended;
			const { StatusCode } = await waitContainer(container, 'not-running');
			if (signal.aborted) throw unavailable('Build cancelled');
			return StatusCode;
		} finally {
			signal.removeEventListener('abort', abort);
		}
	}

	/** Removes all there are and says so. */
	async removeAll(): Promise<void> {
		for (const id of [...this.#ids]) {
			const container = this.#daemon.containers.get(id);
			try {
				if (container) await this.#remove(container);
			} catch (error) {
				if (kindOf(error) !== 'not-found') {
					this.#output.write(`Removing intermediate container ${shortId(id)}: ${messageOf(error)}\n`);
					continue;
				}
			}
			this.#ids.delete(id);
			this.#output.write(` ---> Removed intermediate container ${shortId(id)}\n`);
		}
	}

	#remove(container: Container): Promise<void> {
		return removeContainer(this.#daemon, container, { force: true, volumes: true });
	}
}

/** A step's program that failed, as the build tells it: `code` is also what the command ends with. */
export function stepFailure(command: readonly string[], code: number): SandboxError {
	const message = `The command '${command.join(' ')}' returned a non-zero code: ${code}`;
	return new SandboxError('internal', message, { detail: { code } });
}
