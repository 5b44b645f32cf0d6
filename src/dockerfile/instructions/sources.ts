import { invalid } from '#base';
import { chompTabs, parseHeredoc } from '../parser/heredoc.ts';
import type { Heredoc, Node } from '../parser/node.ts';
import { Flags } from './flags.ts';
import type { AddInstruction, Content, CopyInstruction } from './types.ts';

export function readAdd(node: Node, source: string): AddInstruction {
	checkDestination('ADD', node);
	const flags = new Flags(node.flags, {
		chown: 'string',
		chmod: 'string',
		link: 'bool',
		'keep-git-dir': 'bool',
		checksum: 'string',
		unpack: 'bool',
		exclude: 'strings',
	});
	return {
		name: 'ADD',
		source,
		...copying('ADD', node, flags),
		checksum: flags.string('checksum'),
		keepGitDir: flags.optionalBool('keep-git-dir'),
		unpack: flags.optionalBool('unpack'),
	};
}

export function readCopy(node: Node, source: string): CopyInstruction {
	checkDestination('COPY', node);
	const flags = new Flags(node.flags, {
		chown: 'string',
		from: 'string',
		chmod: 'string',
		link: 'bool',
		exclude: 'strings',
	});
	return { name: 'COPY', source, ...copying('COPY', node, flags), from: flags.string('from') };
}

function checkDestination(name: string, { args }: Node): void {
	if (args.length >= 2) return;
	throw invalid(
		`${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
	);
}

function copying(name: string, node: Node, flags: Flags): Omit<CopyInstruction, 'name' | 'source' | 'from'> {
	const destination = node.args.at(-1) ?? '';
	if (heredocOf(destination)) throw invalid(`${name} cannot accept a heredoc as a destination`);
	const sources: string[] = [];
	const contents: Content[] = [];
	for (const arg of node.args.slice(0, -1)) {
		const heredoc = heredocOf(arg);
		if (heredoc) contents.push(contentOf(heredoc, node.heredocs));
		else sources.push(arg);
	}
	return {
		sources,
		contents,
		destination,
		chown: flags.string('chown'),
		chmod: flags.string('chmod'),
		link: flags.bool('link'),
		exclude: flags.strings('exclude'),
	};
}

function contentOf({ name, chomp, expand }: Heredoc, read: readonly Heredoc[]): Content {
	const content = read.findLast((heredoc) => heredoc.name === name)?.content ?? '';
	return { path: name, data: chomp ? chompTabs(content) : content, expand };
}

/** A word that looks like a document's mark but is no shell word is a path. */
function heredocOf(word: string): Heredoc | null {
	try {
		return parseHeredoc(word);
	} catch {
		// Docker reads it again here and no longer minds what is wrong with it.
		return null;
	}
}
