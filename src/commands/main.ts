import { messageOf } from '#base';

/** One subcommand: gets its own arguments, resolves with the exit code. */
type Run = (args: string[]) => Promise<number>;

interface Subcommand {
	usage: string;
	does: string;
	load(): Promise<Run>;
}

const SUBCOMMANDS: Record<string, Subcommand> = {
	exec: {
		usage: 'exec [--json] [--timeout S] [--memory MB] -- SCRIPT  |  exec --batch FILE.jsonl',
		does: 'run a script in a fresh machine',
		load: async () => (await import('./exec.ts')).exec,
	},
	engine: {
		usage: 'engine --listen unix:PATH [--data DIR] [--mirror DOMAIN,…]',
		does: 'serve the Engine API of a fresh sandbox to outside clients',
		load: async () => (await import('./engine.ts')).engine,
	},
	hub: {
		usage: 'hub mirror NAME[:TAG]…',
		does: 'copy images for linux/386 from any registry into the static one',
		load: async () => (await import('./hub.ts')).hub,
	},
	lesson: {
		usage: 'lesson new FOLDER  |  lesson check [PATH…]  |  lesson test [PATH…]',
		does: 'write a lesson; find mistakes in its files; play it: the start fails, the solution passes, wrong attempts get their hint',
		load: async () => (await import('./lesson.ts')).lesson,
	},
	bench: {
		usage: 'bench [--json] [--only ID…]',
		does: 'measure the figures we are held to',
		load: async () => (await import('./bench.ts')).bench,
	},
};

/** Runs one `drydock` command line. */
export async function main(argv: string[]): Promise<number> {
	const [name = 'help', ...args] = argv;
	if (name === 'help' || name === '--help' || name === '-h') {
		process.stdout.write(help());
		return 0;
	}
	const subcommand = SUBCOMMANDS[name];
	if (!subcommand) {
		process.stderr.write(`drydock: there is no command "${name}"\n\n${help()}`);
		return 2;
	}
	try {
		return await (
			await subcommand.load()
		)(args);
	} catch (error) {
		process.stderr.write(`drydock: ${messageOf(error)}\n`);
		return 1;
	}
}

function help(): string {
	const lines = Object.values(SUBCOMMANDS).map(({ usage, does }) => `  drydock ${usage}\n      ${does}`);
	return `Real Docker practice, without a browser.\n\n${lines.join('\n')}\n`;
}
