import { readMount } from './mounts.ts';
import type { AddInstruction, CopyInstruction, Instruction, Pair } from './types.ts';

type Expand = (word: string) => string;

/**
 * The instruction with its variables replaced, where Docker replaces any: `expand` is given each word. Ports, which may become
 * several, and the contents of documents are left to the caller. What `expand` throws comes through.
 */
export function expandInstruction(instruction: Instruction, expand: Expand): Instruction {
	switch (instruction.name) {
		case 'ENV':
		case 'LABEL':
			return { ...instruction, pairs: instruction.pairs.map((pair) => expandPair(pair, expand)) };
		case 'ADD':
			return { ...expandCopying(instruction, expand), checksum: expand(instruction.checksum) };
		case 'COPY':
			return expandCopying(instruction, expand);
		case 'WORKDIR':
			return { ...instruction, path: expand(instruction.path) };
		case 'RUN':
			return { ...instruction, mounts: instruction.mountFlags.map((flag) => readMount(flag, expand)) };
		case 'USER':
			return { ...instruction, user: expand(instruction.user) };
		case 'VOLUME':
			return { ...instruction, volumes: instruction.volumes.map((path) => expand(path)) };
		case 'STOPSIGNAL':
			return { ...instruction, signal: expand(instruction.signal) };
		case 'ARG':
			return {
				...instruction,
				args: instruction.args.map(({ key, value }) => ({
					key: expand(key),
					value: value === null ? null : expand(value),
				})),
			};
		default:
			return instruction;
	}
}

function expandPair({ key, value, noDelimiter }: Pair, expand: Expand): Pair {
	return { key: expand(key), value: expand(value), noDelimiter };
}

function expandCopying<Copying extends AddInstruction | CopyInstruction>(
	copying: Copying,
	expand: Expand,
): Copying {
	return {
		...copying,
		chown: expand(copying.chown),
		chmod: expand(copying.chmod),
		sources: copying.sources.map((source) => expand(source)),
		destination: expand(copying.destination),
	};
}
