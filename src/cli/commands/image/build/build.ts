import { invalid, kindOf, messageOf } from '#base';
import { bodyStream } from '#client';
import type { Output } from '../../../context.ts';
import { absolutePath } from '../../../files.ts';
import { humanSize } from '../../../formatter/units.ts';
import { exitError, type CommandModule, type Invocation } from '../../../invocation.ts';
import { exactly } from '../../../parser/arguments.ts';
import { parseBool } from '../../../parser/bool.ts';
import { drawMessages } from '../../../terminal/progress.ts';
import { openContext } from './context.ts';
import { buildQuery, registryConfig } from './request.ts';

/** `docker build`, with the engine's own builder: what the real command does where the buildx plugin is not there. */
export const build: CommandModule = {
	arity: exactly(1),
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		if (flags.has('squash')) throw exitError(1, EXPERIMENTAL);
		await tellBuilder(invocation);
		const kept = flags.bool('quiet') ? { progress: keeper(), built: keeper() } : null;
		const built = kept?.built ?? context.stdout;
		const idFile = flags.string('iidfile');
		if (idFile !== '') await context.files.remove(absolutePath(context, idFile));
		const sent = await openContext(invocation, args[0] ?? '');
		const query = buildQuery(invocation, sent);
		let id = '';
		try {
			const response = await client.request('POST', '/build', {
				query,
				headers: {
					'Content-Type': 'application/x-tar',
					'X-Registry-Config': registryConfig(invocation.config),
				},
				...(sent.tar && { stream: sending(sent.tar, kept?.progress ?? context.stdout) }),
				signal: context.signal,
			});
			await drawMessages(bodyStream(response), built, {
				cols: context.terminal.size().cols,
				onAux: (aux) => (id = (aux as { ID?: string }).ID ?? id),
			});
		} catch (error) {
			if (kept) await context.stderr.write(kept.progress.text + kept.built.text);
			throw error;
		}
		if (kept) {
			id = kept.built.text;
			await context.stdout.write(id);
		}
		await writeId(invocation, idFile, id);
		return 0;
	},
};

const EXPERIMENTAL = '"--squash" is only supported on a Docker daemon with experimental features enabled';
const LEGACY = 'DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n';
const INDENT = ' '.repeat(12);

/** What the real command says of the builder it uses. Throws when BuildKit is asked for, which is not here. */
async function tellBuilder({ context }: Invocation): Promise<void> {
	const asked = context.env['DOCKER_BUILDKIT'] ?? '';
	if (asked === '') {
		await context.stderr.write(
			`${LEGACY}${INDENT}Install the buildx component to build images with BuildKit:\n${INDENT}https://docs.docker.com/go/buildx/\n\n`,
		);
		return;
	}
	const isOn = parseBool(asked);
	if (isOn === null) {
		throw invalid(
			`DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing ${JSON.stringify(asked)}: invalid syntax`,
		);
	}
	if (isOn) {
		throw exitError(
			1,
			'ERROR: BuildKit is enabled but the buildx component is missing or broken.\n       Install the buildx component to build images with BuildKit:\n       https://docs.docker.com/go/buildx/',
		);
	}
	await context.stderr.write(
		`${LEGACY}${INDENT}BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n${INDENT}environment-variable.\n\n`,
	);
}

/** An output that is only shown when something goes wrong. */
function keeper(): Output & { text: string } {
	const kept = {
		isTty: false,
		text: '',
		write: async (bytes: Uint8Array | string) => {
			kept.text += typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
		},
	};
	return kept;
}

const PIECE = 512 * 1024;

/** The context on its way to the engine; how much has gone is told at its end, on a terminal also in between. */
function sending(tar: Uint8Array, out: Output): ReadableStream<Uint8Array> {
	let at = 0;
	const tell = () => out.write(`Sending build context to Docker daemon ${humanSize(at).padStart(8)}\r`);
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			if (at < tar.length) {
				const piece = tar.subarray(at, at + PIECE);
				at += piece.length;
				if (out.isTty && at < tar.length) await tell();
				controller.enqueue(piece);
				return;
			}
			await tell();
			await out.write('\r\n');
			controller.close();
		},
	});
}

async function writeId({ context }: Invocation, path: string, id: string): Promise<void> {
	if (path === '') return;
	if (id === '') throw invalid(`Server did not provide an image ID. Cannot write ${path}`);
	try {
		await context.files.write(absolutePath(context, path), new TextEncoder().encode(id), 0o666);
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		throw invalid(`open ${path}: ${messageOf(error)}`, { cause: error });
	}
}
