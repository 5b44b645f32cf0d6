import { SandboxError, invalid, messageOf } from '#base';
import { exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { pullImage } from '../image/pull.ts';
import { readPlatform } from '../image/platform.ts';
import { familiarWithTag, split } from '../image/reference.ts';
import { createRequest } from './create-request.ts';
import { isMissingImage, pullPolicy } from './missing-image.ts';

/** `docker create`: prints the new container's id. */
export const create: CommandModule = {
	arity: atLeast(1),
	stopsAtArgument: true,
	async run(invocation) {
		await invocation.context.stdout.write(`${await createContainer(invocation, 'create')}\n`);
		return 0;
	},
};

/** Creates the container that the command line means, pulling its image as `--pull` says; returns its id. */
export async function createContainer(invocation: Invocation, verb: 'create' | 'run'): Promise<string> {
	const { context, client, flags, args } = invocation;
	const [image = '', ...command] = args;
	const { policy, body } = await readLine(invocation, verb, image, command);
	if (flags.has('cidfile')) await refuseExisting(invocation, flags.string('cidfile'));
	if (!/^[0-9a-f]{64}$/.test(image)) split(image);
	const platform = flags.string('platform');
	if (platform !== '') readPlatform(platform, 'error parsing specified platform');
	const query = {
		...(flags.string('name') !== '' && { name: flags.string('name') }),
		...(platform !== '' && { platform }),
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
			platform,
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

/** What the command line says; what is wrong with it is told with the command's name and a hint. */
async function readLine(invocation: Invocation, verb: string, image: string, command: string[]) {
	const { flags, context } = invocation;
	try {
		return {
			policy: pullPolicy(flags.string('pull', 'missing')),
			body: await createRequest(flags, image, command, context),
		};
	} catch (error) {
		if (error instanceof SandboxError && error.detail !== undefined) throw error;
		throw exitError(125, `docker: ${messageOf(error)}\n\nRun 'docker ${verb} --help' for more information`);
	}
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
		throw invalid(`container ID file found, make sure the other container isn't running or delete ${path}`);
}
