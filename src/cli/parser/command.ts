import help from './data/help.json' with { type: 'json' };

/** A flag as the help text declares it. */
export interface FlagSpec {
	name: string;
	/** One letter, '' when there is none. */
	short: string;
	/** '' for a boolean. */
	type: string;
	/** What it does; none for a flag that is in no help text. */
	about?: string;
	/** What to do instead of using it. */
	deprecated?: string;
}

/** A command as its help text declares it. */
export interface CommandSpec {
	/** Without `docker`, e.g. `container ls`; '' for docker itself. */
	name: string;
	/** What follows `Usage:`. */
	usage: string;
	help: string;
	flags: FlagSpec[];
	/** The management form this is another name of, or its own name. */
	canonical: string;
}

/** Real help texts, by command: the one place that says which commands and flags there are. */
const texts = help as Record<string, string>;

const TIME: FlagSpec = { name: 'time', short: '', type: 'int', deprecated: 'use --timeout instead' };

/** Flags that work but are in no help text. */
const HIDDEN: Record<string, FlagSpec[]> = {
	'container run': hiddenRunFlags(),
	'container create': hiddenRunFlags(),
	'container stop': [TIME],
	'container restart': [TIME],
	'image build': [{ name: 'squash', short: '', type: '' }],
	'container update': [{ name: 'kernel-memory', short: '', type: 'bytes' }],
	'volume create': [{ name: 'name', short: '', type: 'string' }],
	'volume update': [{ name: 'availability', short: '', type: 'string' }],
	search: [
		{ name: 'stars', short: 's', type: 'int' },
		{ name: 'automated', short: '', type: '' },
	],
};

function hiddenRunFlags(): FlagSpec[] {
	const names = ['net', 'net-alias', 'dns-opt'];
	return names.map((name) => ({ name, short: '', type: 'list' }));
}

/** Other names of a command's last word. */
const ALIASES: Record<string, string> = {
	'container list': 'container ls',
	'container ps': 'container ls',
	'container remove': 'container rm',
	'image list': 'image ls',
	'image remove': 'image rm',
	'network list': 'network ls',
	'network remove': 'network rm',
	'volume list': 'volume ls',
	'volume remove': 'volume rm',
	'context list': 'context ls',
	'context remove': 'context rm',
	'plugin list': 'plugin ls',
	'plugin remove': 'plugin rm',
};

const parsed = new Map<string, CommandSpec>();

/** The command of that name, or null. */
export function findCommand(name: string): CommandSpec | null {
	const known = ALIASES[name] ?? name;
	const text = texts[known];
	if (text === undefined) return null;
	const found = parsed.get(known) ?? parseHelp(known, text);
	parsed.set(known, found);
	return found;
}

/** Whether commands are found below this one. */
export function isGroup(name: string): boolean {
	return Object.keys(texts).some((other) => other.startsWith(`${name} `));
}

const OPTION = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: ([\w-]+))?(?: {2,}(.*)|$)/;

function parseHelp(name: string, text: string): CommandSpec {
	const flags: FlagSpec[] = [];
	let inOptions = false;
	let canonical = name;
	const lines = text.split('\n');
	lines.forEach((line, index) => {
		if (line === 'Options:' || line === 'Global Options:') inOptions = true;
		else if (line === 'Aliases:') canonical = canonicalOf(lines[index + 1] ?? '', name);
		const match = inOptions ? OPTION.exec(line) : null;
		if (match)
			flags.push({
				short: match[1] ?? '',
				name: match[2] ?? '',
				type: match[3] ?? '',
				about: match[4] ?? '',
			});
		// The text goes on below where it began.
		else if (inOptions && /^ {10,}\S/.test(line)) continued(flags.at(-1), line.trim());
	});
	for (const flag of flags) flag.about = flag.about?.replace(/ \(default [^ )]+\)$/, '') ?? '';
	flags.push(...(HIDDEN[canonical] ?? []));
	const usage = (text.split('\n\n')[0] ?? '').trimEnd().replace(/^Usage:\s+/, '');
	return { name, usage, help: text, flags, canonical };
}

function continued(flag: FlagSpec | undefined, text: string): void {
	if (flag) flag.about = `${flag.about ?? ''} ${text}`.trim();
}

/** Of a swarm alone: the command is there, but nobody is shown it. */
const UNLISTED = new Set(['volume update']);

/** The commands below one, with what their help says first. */
export function subcommands(name: string): { name: string; short: string }[] {
	const prefix = name === '' ? '' : `${name} `;
	return Object.keys(texts)
		.filter((other) => other !== '' && other.startsWith(prefix) && !other.slice(prefix.length).includes(' '))
		.filter((other) => !UNLISTED.has(other))
		.sort()
		.map((other) => ({
			name: other.slice(prefix.length),
			short: texts[other]?.split('\n\n')[1]?.split('\n')[0] ?? '',
		}));
}

/** Of `docker container ls, docker ps` the first name of two words. */
function canonicalOf(aliases: string, name: string): string {
	const names = aliases.split(',').map((alias) => alias.trim().replace(/^docker /, ''));
	return names.find((alias) => alias.includes(' ')) ?? name;
}
