import { invalid, readAll } from '#base';
import { configFolder, saveConfig, type DockerConfig } from '../../config.ts';
import type { CommandContext } from '../../context.ts';
import { exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { readLine } from '../../terminal/prompt.ts';
import { PUBLIC, registryKey } from './auth.ts';

/** `docker login [SERVER]`. */
export const login: CommandModule = {
	arity: between(0, 1),
	async run(invocation) {
		const { context, client, args, config } = invocation;
		checkFlags(invocation);
		const server = registryKey(args[0] ?? '');
		const { username, password } = await credentials(invocation, server);
		const answer = await client.json<{ Status: string; IdentityToken?: string }>('POST', '/auth', {
			json: { username, password, serveraddress: server },
		});
		await store(context, config, server, answer.IdentityToken ? `${username}:` : `${username}:${password}`);
		await warnAboutStore(context);
		if (answer.Status) await context.stdout.write(`${answer.Status}\n`);
		return 0;
	},
};

/** `docker logout [SERVER]`. */
export const logout: CommandModule = {
	arity: between(0, 1),
	async run({ context, args, config }) {
		const server = registryKey(args[0] ?? '');
		if (!config.auths || !(server in config.auths)) {
			await context.stdout.write(`Not logged in to ${server}\n`);
			return 0;
		}
		await context.stdout.write(`Removing login credentials for ${server}\n`);
		const { [server]: _removed, ...auths } = config.auths;
		await saveConfig(context, { ...config, auths });
		return 0;
	},
};

function checkFlags({ flags }: Invocation): void {
	if (flags.bool('password-stdin') && flags.has('password'))
		throw invalid('conflicting options: cannot specify both --password and --password-stdin');
	if (flags.bool('password-stdin') && flags.string('username') === '')
		throw invalid('the --password-stdin option requires --username to be set');
	if (flags.has('username') && flags.string('username').trim() === '') throw invalid('username is empty');
	if (flags.has('password') && flags.string('password') === '') throw invalid('password is empty');
}

async function credentials(
	{ context, flags }: Invocation,
	server: string,
): Promise<{ username: string; password: string }> {
	let username = flags.string('username');
	let password = flags.string('password');
	if (flags.has('password'))
		await context.stderr.write('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
	if (flags.bool('password-stdin')) {
		password = new TextDecoder().decode(await readAll(context.stdin.stream)).replace(/\r?\n$/, '');
		if (password === '') throw invalid('password is empty');
	}
	if (username !== '' && password !== '') return { username, password };
	if (!context.stdin.isTty)
		throw exitError(1, 'Error: Cannot perform an interactive login from a non TTY device');
	if (username === '') {
		if (server === PUBLIC)
			await context.stdout.write(
				'Log in with your Docker ID or email address to push and pull images from Docker Hub.\n',
			);
		await context.stdout.write('Username: ');
		username = (await readLine(context, { echo: true })).trim();
		if (username === '') throw exitError(1, 'Error: Non-null Username Required');
	}
	await context.stdout.write(
		server === PUBLIC
			? '\ni Info → A Personal Access Token (PAT) can be used instead.\n         To create a PAT, visit https://app.docker.com/settings\n\n\nPassword: '
			: 'Password: ',
	);
	password = await readLine(context, { echo: false });
	await context.stdout.write('\n');
	if (password === '') throw exitError(1, 'Error: Password Required');
	return { username, password };
}

async function store(
	context: CommandContext,
	config: DockerConfig,
	server: string,
	secret: string,
): Promise<void> {
	await saveConfig(context, { ...config, auths: { ...config.auths, [server]: { auth: btoa(secret) } } });
}

async function warnAboutStore(context: CommandContext): Promise<void> {
	await context.stderr.write(
		`\nWARNING! Your credentials are stored unencrypted in '${configFolder(context)}/config.json'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
	);
}
