import { SandboxError, invalid, quote } from '#base';
import type { Dockerfile, Node } from '../parser/node.ts';
import { trimSpace } from '../text.ts';
import { Flags } from './flags.ts';
import { readInstruction } from './read.ts';
import type { ArgInstruction, Instruction, Stage } from './types.ts';

/** The stages of a file, and the ARGs in front of them. Throws `invalid` in Docker's words. */
export function readStages({ nodes }: Dockerfile): { stages: Stage[]; metaArgs: ArgInstruction[] } {
	const stages: Stage[] = [];
	const metaArgs: ArgInstruction[] = [];
	for (const node of nodes) {
		const read = readNode(node);
		const stage = stages.at(-1);
		if (!('name' in read && 'instructions' in read)) {
			if (stage) stage.instructions.push(read);
			else if (read.name === 'ARG') metaArgs.push(read);
			else throw invalid('no build stage in current context');
		} else stages.push(read);
	}
	return { stages, metaArgs };
}

function readNode(node: Node): Stage | Instruction {
	try {
		return node.value.toLowerCase() === 'from' ? readFrom(node) : readInstruction(node);
	} catch (error) {
		if (!(error instanceof SandboxError)) throw error;
		throw invalid(`dockerfile parse error on line ${node.startLine}: ${error.message}`);
	}
}

function readFrom({ args, flags, original }: Node): Stage {
	const [baseName = ''] = args;
	const name = stageName(args);
	const platform = new Flags(flags, { platform: 'string' }).string('platform');
	return { name, baseName, platform, source: trimSpace(original), instructions: [] };
}

function stageName(args: readonly string[]): string {
	if (args.length === 1) return '';
	const [, as = '', given = ''] = args;
	if (args.length !== 3 || as.toLowerCase() !== 'as')
		throw invalid('FROM requires either one or three arguments');
	const name = given.toLowerCase();
	if (!/^[a-z][a-z0-9-_.]*$/.test(name))
		throw invalid(
			`invalid name for build stage: ${quote(given)}, name can't start with a number or contain symbols`,
		);
	return name;
}
