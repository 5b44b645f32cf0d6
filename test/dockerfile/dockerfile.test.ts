import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote, SandboxError } from '#base';
import {
	expandInstruction,
	parseDockerfile,
	PatternMatcher,
	readIgnoreFile,
	readInstruction,
	readStages,
	ShellLexer,
	type ArgInstruction,
	type Instruction,
	type Node,
} from '#dockerfile';
import { answer, expected, readCases } from './cases.ts';

/** The tree as buildkit's parser prints it. */
function dump(node: Node): string {
	const flags = node.flags.length > 0 ? ` [${node.flags.map(quote).join(' ')}]` : '';
	const args = node.trigger ? [`(${dump(node.trigger)})`] : node.args.map(quote);
	return [node.value.toLowerCase() + flags, ...args].join(' ');
}

/** The fields under the names they have in buildkit. */
function fieldsOf(instruction: Instruction): Record<string, unknown> {
	switch (instruction.name) {
		case 'ENV':
			return { Env: pairsOf(instruction.pairs) };
		case 'LABEL':
			return { Labels: pairsOf(instruction.pairs) };
		case 'MAINTAINER':
			return { Maintainer: instruction.maintainer };
		case 'ADD':
		case 'COPY':
			return copyingOf(instruction);
		case 'ONBUILD':
			return { Expression: instruction.expression };
		case 'WORKDIR':
			return { Path: instruction.path };
		case 'RUN':
			return { ...commandOf(instruction), FlagsUsed: instruction.flagsUsed };
		case 'CMD':
		case 'ENTRYPOINT':
			return commandOf(instruction);
		case 'HEALTHCHECK': {
			const given = Object.entries(instruction.health).filter(([, value]) => value !== 0);
			return { Health: Object.fromEntries(given) };
		}
		case 'EXPOSE':
			return { Ports: instruction.ports };
		case 'USER':
			return { User: instruction.user };
		case 'VOLUME':
			return { Volumes: instruction.volumes };
		case 'STOPSIGNAL':
			return { Signal: instruction.signal };
		case 'ARG':
			return argsOf(instruction);
		case 'SHELL':
			return { Shell: instruction.shell };
	}
}

function pairsOf(pairs: { key: string; value: string; noDelimiter: boolean }[]): unknown {
	return pairs.map(({ key, value, noDelimiter }) => ({ Key: key, Value: value, NoDelim: noDelimiter }));
}

function argsOf({ args }: ArgInstruction): Record<string, unknown> {
	return { Args: args.map(({ key, value }) => ({ Key: key, Value: value, Comment: '' })) };
}

function commandOf({
	commandLine,
	files,
	prependShell,
}: Extract<Instruction, { commandLine: unknown }>): Record<string, unknown> {
	return {
		CmdLine: commandLine,
		Files: orNull(files.map(({ name, data, chomp }) => ({ Name: name, Data: data, Chomp: chomp }))),
		PrependShell: prependShell,
	};
}

function copyingOf(instruction: Extract<Instruction, { destination: string }>): Record<string, unknown> {
	const { contents, destination, sources, chown, chmod, link, exclude } = instruction;
	const own =
		instruction.name === 'ADD'
			? { KeepGitDir: instruction.keepGitDir ?? false, Checksum: instruction.checksum }
			: { From: instruction.from, Parents: false };
	return {
		DestPath: destination,
		SourcePaths: orNull(sources),
		SourceContents: orNull(
			contents.map(({ path, data, expand }) => ({ Path: path, Data: data, Expand: expand })),
		),
		Chown: chown,
		Chmod: chmod,
		Link: link,
		ExcludePatterns: orNull(exclude),
		...own,
	};
}

function orNull(list: unknown[]): unknown[] | null {
	return list.length > 0 ? list : null;
}

const ANSWER: Record<string, (text: string) => unknown> = {
	'df.parse': (text) => {
		const { nodes, escapeToken, warnings } = parseDockerfile(text);
		const tree = nodes.map((node) => `(${dump(node)})`).join('\n');
		return { dump: tree, escape: escapeToken, warnings: orNull(warnings) };
	},
	'df.instructions': (text) => {
		const { stages, metaArgs } = readStages(parseDockerfile(text));
		const inStages = stages.map(({ name, baseName, platform, instructions }) => ({
			base: baseName,
			commands: orNull(instructions.map(commandCase)),
			platform,
			stage: name,
		}));
		return [...metaArgs.map((args) => ({ meta: argsOf(args) })), ...inStages];
	},
};

function commandCase(instruction: Instruction): unknown {
	const [name = ''] = instruction.source.split(/\s/);
	expect(instruction.name).toBe(name.toUpperCase());
	return { cmd: fieldsOf(instruction), name, str: instruction.source };
}

/** The recorded library is a little older than Docker 28.5's: --exclude was still a flag of its laboratory. */
const isNewer = ({ a }: { a: string[] }) => a[0]?.includes('--exclude') ?? false;

describe('Dockerfiles', () => {
	it.each(readCases('dockerfile').filter((recorded) => !isNewer(recorded)))('$fn of $a', (recorded) => {
		expect(answer(() => ANSWER[recorded.fn]?.(recorded.a[0] ?? ''))).toEqual(expected(recorded));
	});

	it('takes --exclude, as often as it is given', () => {
		const [, node] = parseDockerfile('FROM a\nCOPY --exclude=*.md --exclude=x . /x').nodes;
		expect(readInstruction(node as Node)).toMatchObject({ name: 'COPY', exclude: ['*.md', 'x'] });
	});
});

const anyText = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 200 }),
	fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
	fc
		.array(
			fc.constantFrom(
				...'FROM a|RUN |ENV |COPY |ONBUILD |HEALTHCHECK CMD |--mount=|type=|<<E|<<-"E"|E|\n|\\\n|# escape=`\n|$x|${x|:-|##|/|}|["a"]|[|]|"|\'|=| |\t|*|**/|?|!|^|-|é|\\'.split(
					'|',
				),
			),
			{ maxLength: 40 },
		)
		.map((parts) => parts.join('')),
);

describe('whatever text there is', () => {
	const onlyInvalid = (run: () => unknown) => {
		try {
			run();
		} catch (error) {
			if (!(error instanceof SandboxError) || error.kind !== 'invalid') throw error;
		}
	};

	it('is a Dockerfile or invalid', () => {
		const lexer = new ShellLexer('\\');
		const expand = (word: string) => lexer.processWord(word, () => 'a/b');
		fc.assert(
			fc.property(anyText, (text) => {
				onlyInvalid(() => {
					const { nodes } = parseDockerfile(text);
					for (const node of nodes) onlyInvalid(() => expandInstruction(readInstruction(node), expand));
				});
				onlyInvalid(() => readStages(parseDockerfile(`FROM a\n${text}`)));
				onlyInvalid(() => lexer.processWords(text, () => text));
			}),
			{ numRuns: 2000 },
		);
	});

	it('is a list of patterns or invalid', () => {
		fc.assert(
			fc.property(anyText, fc.string({ maxLength: 40 }), (text, path) => {
				onlyInvalid(() => new PatternMatcher(readIgnoreFile(text)).matchesOrParentMatches(path));
				onlyInvalid(() => new PatternMatcher([text]).matchesOrParentMatches(path));
			}),
			{ numRuns: 2000 },
		);
	});
});
