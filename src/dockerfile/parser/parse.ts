import { invalid } from '#base';
import { cutWord, trimSpace, trimStart, withoutByteOrderMark } from '../text.ts';
import { ARGUMENTS } from './arguments.ts';
import { Directives } from './directives.ts';
import { takeFlags } from './flags.ts';
import { readHeredocs } from './heredoc.ts';
import { Lines, trimNewline } from './lines.ts';
import type { Dockerfile, Node } from './node.ts';

/** Takes a Dockerfile apart into its instructions. Throws `invalid` in Docker's words. */
export function parseDockerfile(text: string): Dockerfile {
	const lines = new Lines(withoutByteOrderMark(text));
	const directives = new Directives();
	const nodes: Node[] = [];
	const warnings: string[] = [];
	for (let first = lines.next(); first !== null; first = lines.next()) {
		const startLine = lines.count;
		const head = trimStart(trimNewline(first));
		directives.read(head);
		const { line, hasEmpty } = readInstruction(isComment(head) ? '' : head, lines, directives);
		if (line === null) continue;
		if (hasEmpty) warnings.push(`Empty continuation line found in: ${line}`);
		const node = readNode(line, directives.escapeToken);
		node.heredocs = readHeredocs(node, line, lines);
		nodes.push({ ...node, startLine, endLine: lines.count });
	}
	if (nodes.length === 0) throw invalid('file with no instructions');
	lines.check();
	return { nodes, warnings, escapeToken: directives.escapeToken };
}

/** The instruction that begins with `head`, on one line; null when there is none. */
function readInstruction(
	head: string,
	lines: Lines,
	directives: Directives,
): { line: string | null; hasEmpty: boolean } {
	let hasEmpty = false;
	let rest = directives.continued(head);
	if (rest === null) return { line: head === '' ? null : head, hasEmpty };
	const parts = [rest];
	while (rest !== null) {
		const next = lines.next();
		if (next === null) break;
		if (isComment(next)) continue;
		const text = trimNewline(next);
		if (trimSpace(text) === '') {
			hasEmpty = true;
			continue;
		}
		rest = directives.continued(text);
		parts.push(rest ?? text);
	}
	return { line: parts.join(''), hasEmpty };
}

/** ONBUILD holds one instruction; one that holds another is refused later, by its name. */
const MAX_TRIGGERS = 2;

/** One line as a node; what it triggers is one as well. */
function readNode(line: string, escapeToken: string, depth = 0): Node {
	const trimmed = trimSpace(line);
	const [value, after] = cutWord(trimmed) ?? [trimmed, ''];
	const { flags, rest } = takeFlags(after, escapeToken);
	const args = trimSpace(rest);
	const kind = value.toLowerCase();
	const hasTrigger = kind === 'onbuild' && args !== '' && depth < MAX_TRIGGERS;
	const trigger = hasTrigger ? readNode(args, escapeToken, depth + 1) : null;
	const read = Object.hasOwn(ARGUMENTS, kind) ? ARGUMENTS[kind] : undefined;
	// Nothing is read of what is no instruction; Docker then has one empty argument.
	const own = read?.(args, escapeToken) ?? { args: kind === 'onbuild' ? [] : [''], isJson: false };
	return { value, original: line, flags, ...own, trigger, heredocs: [], startLine: 0, endLine: 0 };
}

function isComment(line: string): boolean {
	return trimStart(line).startsWith('#');
}
