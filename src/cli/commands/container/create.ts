import { errorText, exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { pullImage } from '../image/pull.ts';
import { familiarWithTag } from '../image/reference.ts';
import { createRequest } from './create-request.ts';
import { isMissingImage, pullPolicy } from './run.ts';

/** `docker create`: prints the new container's id. */
export const create: CommandModule = {
	arity: atLeast(1),
	stopsAtArgument: true,
	async run(invocation) {
		try {
			await invocation.context.stdout.write(`${await createContainer(invocation)}\n`);
			return 0;
		} catch (error) {
			if ((error as { detail?: { bare?: boolean } }).detail?.bare) throw error;
			throw exitError(1, errorText(error));
		}
	},
};

/** Creates the container that the command line means, pulling its image as `--pull` says; returns its id. */
export async function createContainer(invocation: Invocation): Promise<string> {
	const { context, client, flags, args } = invocation;
	const [image = '', ...command] = args;
	const policy = pullPolicy(flags.string('pull', 'missing'));
	const body = await createRequest(flags, image, command, context);
	if (flags.has('cidfile')) await refuseExisting(invocation, flags.string('cidfile'));
	const query = {
		...(flags.string('name') !== '' && { name: flags.string('name') }),
		...(flags.string('platform') !== '' && { platform: flags.string('platform') }),
	};
	const ask = () =>
		client.json<{ Id: string; Warnings: string[] | null }>('POST', '/containers/create', {
			query,
			json: body,
		});
	const pull = () =>
		pullImage(invocation, image, {
			out: context.stderr,
			quiet: flags.bool('quiet'),
			platform: flags.string('platform'),
		});
	if (policy === 'always') await pull();
	let answer;
	try {
		answer = await ask();
	} catch (error) {
		if (policy !== 'missing' || !isMissingImage(error)) throw error;
		if (!flags.bool('quiet'))
			await context.stderr.write(`Unable to find image '${familiarWithTag(image)}' locally\n`);
		await pull();
		answer = await ask();
	}
	for (const warning of answer.Warnings ?? []) await context.stderr.write(`WARNING: ${warning}\n`);
	if (flags.has('cidfile'))
		await context.files.write(
			absolute(flags.string('cidfile'), context.cwd),
			new TextEncoder().encode(answer.Id),
			0o644,
		);
	return answer.Id;
}

function absolute(path: string, cwd: string): string {
	return path.startsWith('/') ? path : `${cwd}/${path}`;
}

async function refuseExisting({ context }: Invocation, path: string): Promise<void> {
	const exists = await context.files.stat(absolute(path, context.cwd)).then(
		() => true,
		() => false,
	);
	if (exists)
		throw exitError(
			125,
			`docker: container ID file found, make sure the other container isn't running or delete ${path}\n\nRun 'docker run --help' for more information`,
		);
}
