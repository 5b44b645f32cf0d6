import { invalid, kindOf, readAll } from '#base';
import { configFolder, saveConfig, type DockerConfig } from '../../config.ts';
import type { CommandContext } from '../../context.ts';
import { errorText, exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { note } from '../../terminal/note.ts';
import { readLine } from '../../terminal/prompt.ts';
import { PUBLIC, registryKey } from './auth.ts';

const TOKEN_NOTE =
	'A Personal Access Token (PAT) can be used instead.\nTo create a PAT, visit \x1b[4mhttps://app.docker.com/settings\x1b[0m\n\n';

/** `docker login [SERVER]`. */
export const login: CommandModule = {
	arity: between(0, 1),
	async run(invocation) {
		const { context, args, config, flags } = invocation;
		checkFlags(invocation);
		const server = registryKey(args[0] ?? '');
		const auth = flags.has('username') || flags.has('password') ? '' : (config.auths?.[server]?.auth ?? '');
		const [known = '', secret = ''] = atob(auth).split(/:(.*)/s);
		let status = known !== '' && secret !== '' ? await again(invocation, server, known, secret) : null;
		if (status === null) {
			const { username, password } = await credentials(invocation, server, known);
			const answer = await authenticate(invocation, server, username, password);
			status = answer.Status;
			await store(context, config, server, answer.IdentityToken ? `${username}:` : `${username}:${password}`);
		}
		if (status) await context.stdout.write(`${status}\n`);
		return 0;
	},
};

function authenticate(
	{ client }: Invocation,
	server: string,
	username: string,
	password: string,
): Promise<{ Status: string; IdentityToken?: string }> {
	return client.json('POST', '/auth', { json: { username, password, serveraddress: server } });
}

/** Logs in with what was kept of the last time; null when the registry no longer takes it. */
async function again(
	invocation: Invocation,
	server: string,
	username: string,
	password: string,
): Promise<string | null> {
	const { stderr } = invocation.context;
	await stderr.write(`Authenticating with existing credentials... [Username: ${username}]\n`);
	await note(stderr, "To login with a different account, run 'docker logout' followed by 'docker login'");
	await stderr.write('\n\n');
	try {
		return (await authenticate(invocation, server, username, password)).Status;
	} catch (error) {
		await stderr.write(
			kindOf(error) === 'unauthorized'
				? 'Stored credentials invalid or expired\n'
				: `Login did not succeed, error: ${errorText(error)}\n`,
		);
		return null;
	}
}

/** `docker logout [SERVER]`. */
export const logout: CommandModule = {
	arity: between(0, 1),
	async run({ context, args, config }) {
		const server = registryKey(args[0] ?? '');
		await context.stdout.write(`Removing login credentials for ${server}\n`);
		const known = Object.entries(config.auths ?? {});
		const names = new Set([args[0] || server, server, `http://${server}`, `https://${server}`]);
		const kept = known.filter(([name]) => !names.has(name));
		if (kept.length < known.length) await saveConfig(context, { ...config, auths: Object.fromEntries(kept) });
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
	known: string,
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
		const question = known === '' ? 'Username: ' : `Username (${known}): `;
		username = (await readLine(context, { question, echo: true })).trim() || known;
		if (username === '') throw exitError(1, 'Error: Non-null Username Required');
	}
	if (server === PUBLIC) await note(context.stderr, TOKEN_NOTE);
	password = await readLine(context, { question: 'Password: ', echo: false });
	await context.stdout.write('\n');
	if (password === '') throw exitError(1, 'Error: Password Required');
	return { username, password };
}

/** Keeps a secret, and warns of how; what is kept already is left as it is. */
async function store(
	context: CommandContext,
	config: DockerConfig,
	server: string,
	secret: string,
): Promise<void> {
	const auth = btoa(secret);
	if (config.auths?.[server]?.auth === auth) return;
	await saveConfig(context, { ...config, auths: { ...config.auths, [server]: { auth } } });
	await warnAboutStore(context);
}

async function warnAboutStore(context: CommandContext): Promise<void> {
	await context.stderr.write(
		`\nWARNING! Your credentials are stored unencrypted in '${configFolder(context)}/config.json'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
	);
}
