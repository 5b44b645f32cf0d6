import { lex, parseError, type Token } from './lex.ts';
import { printOperand } from './parse-print.ts';

/** A template's syntax tree; `at` is the offset that errors are located by. */
export type Node =
	| { kind: 'text'; text: string; at: number }
	| { kind: 'action'; pipe: Pipe; at: number }
	| { kind: 'if' | 'with' | 'range'; pipe: Pipe; body: Node[]; otherwise: Node[] | null; at: number }
	| { kind: 'template'; name: string; pipe: Pipe | null; at: number }
	| { kind: 'break' | 'continue'; at: number };

export interface Pipe {
	/** Variables set by the pipeline, with their `$`. */
	variables: string[];
	assigns: boolean;
	commands: Command[];
	at: number;
}

export interface Command {
	args: Operand[];
	at: number;
}

export type Operand =
	| { kind: 'dot'; at: number }
	| { kind: 'nil'; at: number }
	| { kind: 'field'; names: string[]; at: number }
	| { kind: 'variable'; names: string[]; at: number }
	| { kind: 'identifier'; name: string; at: number }
	| { kind: 'bool'; value: boolean; at: number }
	| { kind: 'string'; value: string; quoted: string; at: number }
	| { kind: 'number'; value: bigint | number; text: string; at: number }
	| { kind: 'pipe'; pipe: Pipe; at: number }
	| { kind: 'chain'; on: Operand; names: string[]; at: number };

export interface Template {
	name: string;
	source: string;
	body: Node[];
	/** Templates defined inside, by name. */
	defined: Map<string, Node[]>;
}

/** Parses a template. `functions` are the names that may be called. Throws in Go's words. */
export function parseTemplate(name: string, source: string, functions: ReadonlySet<string>): Template {
	return new Parser(name, source, functions).run();
}

class Parser {
	readonly #name: string;
	readonly #source: string;
	readonly #tokens: Token[];
	readonly #functions: ReadonlySet<string>;
	readonly #defined = new Map<string, Node[]>();
	#next = 0;
	#variables = ['$'];
	#rangeDepth = 0;

	constructor(name: string, source: string, functions: ReadonlySet<string>) {
		this.#name = name;
		this.#source = source;
		this.#functions = functions;
		this.#tokens = lex(name, source);
	}

	run(): Template {
		const body: Node[] = [];
		while (this.#peek().kind !== 'eof') {
			if (this.#isDefine()) this.#define();
			else {
				const node = this.#textOrAction();
				if (node === 'end' || node === 'else') throw this.#error(`unexpected {{${node}}}`);
				body.push(node);
			}
		}
		return { name: this.#name, source: this.#source, body, defined: this.#defined };
	}

	#isDefine(): boolean {
		const [left, keyword] = this.#significant(2);
		return left?.kind === 'left' && keyword?.kind === 'keyword' && keyword.text === 'define';
	}

	#define(): void {
		this.#skip('left');
		this.#skip('keyword');
		const name = this.#nonSpace();
		if (name.kind !== 'string') throw this.#unexpected(name, 'define clause');
		const end = this.#nonSpace();
		if (end.kind !== 'right') throw this.#unexpected(end, 'define clause');
		const kept = this.#variables;
		this.#variables = ['$'];
		const { nodes, stop } = this.#list();
		if (stop !== 'end') throw this.#error('unexpected {{else}} in define clause');
		this.#variables = kept;
		this.#defined.set(unquote(name.text), nodes);
	}

	/** Nodes up to `{{end}}` or `{{else`; that much is consumed. */
	#list(): { nodes: Node[]; stop: 'end' | 'else' } {
		const nodes: Node[] = [];
		while (this.#peek().kind !== 'eof') {
			const node = this.#textOrAction();
			if (node === 'end' || node === 'else') return { nodes, stop: node };
			nodes.push(node);
		}
		throw this.#error('unexpected EOF');
	}

	#textOrAction(): Node | 'end' | 'else' {
		const token = this.#take();
		if (token.kind === 'text') return { kind: 'text', text: token.text, at: token.at };
		if (token.kind === 'left') return this.#action();
		throw this.#unexpected(token, 'input');
	}

	#action(): Node | 'end' | 'else' {
		const token = this.#nonSpace();
		if (token.kind === 'keyword') return this.#keyword(token);
		this.#next--;
		const pipe = this.#pipeline('command', 'right');
		return { kind: 'action', pipe, at: token.at };
	}

	#keyword(token: Token): Node | 'end' | 'else' {
		switch (token.text) {
			case 'if':
			case 'with':
			case 'range':
				return this.#control(token.text, token.at);
			case 'end':
				this.#close('end');
				return 'end';
			case 'else': {
				const [next] = this.#significant(1);
				const continues = next?.kind === 'keyword' && (next.text === 'if' || next.text === 'with');
				if (!continues) this.#close('else');
				return 'else';
			}
			case 'break':
			case 'continue':
				if (this.#rangeDepth === 0) throw this.#error(`{{${token.text}}} outside {{range}}`);
				this.#close(`{{${token.text}}}`);
				return { kind: token.text, at: token.at };
			case 'template':
			case 'block':
				return this.#templateCall(token);
			default:
				throw this.#unexpected(token, 'command');
		}
	}

	#close(context: string): void {
		const token = this.#nonSpace();
		if (token.kind !== 'right') throw this.#unexpected(token, context);
	}

	#control(kind: 'if' | 'with' | 'range', at: number): Node {
		const depth = this.#variables.length;
		const pipe = this.#pipeline(kind, 'right');
		if (kind === 'range') this.#rangeDepth++;
		const { nodes: body, stop } = this.#list();
		if (kind === 'range') this.#rangeDepth--;
		let otherwise: Node[] | null = null;
		if (stop === 'else') {
			const [next] = this.#significant(1);
			if (kind !== 'range' && next?.kind === 'keyword' && next.text === kind) {
				this.#nonSpace();
				otherwise = [this.#control(kind, next.at)];
			} else if (next?.kind === 'keyword') throw this.#unexpected(this.#nonSpace(), 'else');
			else {
				const rest = this.#list();
				if (rest.stop !== 'end') throw this.#error('expected end; found {{else}}');
				otherwise = rest.nodes;
			}
		}
		this.#variables.length = depth;
		return { kind, pipe, body, otherwise, at };
	}

	#templateCall(token: Token): Node {
		const context = `${token.text} clause`;
		const name = this.#nonSpace();
		if (name.kind !== 'string') throw this.#unexpected(name, context);
		const text = unquote(name.text);
		let pipe: Pipe | null = null;
		const [next] = this.#significant(1);
		if (token.text === 'block' || next?.kind !== 'right') pipe = this.#pipeline(context, 'right');
		else this.#nonSpace();
		if (token.text === 'block') {
			const kept = this.#variables;
			this.#variables = ['$'];
			const { nodes, stop } = this.#list();
			if (stop !== 'end') throw this.#error('unexpected {{else}} in block clause');
			this.#variables = kept;
			this.#defined.set(text, nodes);
		}
		return { kind: 'template', name: text, pipe, at: name.at };
	}

	#pipeline(context: string, end: 'right' | 'rightParen'): Pipe {
		const at = this.#significant(1)[0]?.at ?? 0;
		const pipe: Pipe = { variables: [], assigns: false, commands: [], at };
		this.#declarations(pipe, context);
		for (;;) {
			const token = this.#nonSpace();
			if (token.kind === end) {
				this.#checkPipeline(pipe, context);
				this.#variables.push(...(pipe.assigns ? [] : pipe.variables));
				return pipe;
			}
			if (!STARTS_OPERAND.has(token.kind)) throw this.#unexpected(token, context);
			this.#next--;
			pipe.commands.push(this.#command());
		}
	}

	#declarations(pipe: Pipe, context: string): void {
		for (;;) {
			const [variable, next] = this.#significant(2);
			if (variable?.kind !== 'variable' || !next) return;
			const declares = next.kind === 'declare' || next.kind === 'assign';
			const comma = next.kind === 'char' && next.text === ',';
			if (!declares && !comma) return;
			this.#nonSpace();
			this.#nonSpace();
			pipe.variables.push(variable.text);
			if (declares) {
				pipe.assigns = next.kind === 'assign';
				return;
			}
			if (context !== 'range' || pipe.variables.length > 1)
				throw this.#error(`too many declarations in ${context}`);
		}
	}

	#checkPipeline(pipe: Pipe, context: string): void {
		if (pipe.commands.length === 0) throw this.#error(`missing value for ${context}`);
		pipe.commands.slice(1).forEach((command, index) => {
			const first = command.args[0]?.kind ?? '';
			if (['bool', 'dot', 'nil', 'number', 'string'].includes(first))
				throw this.#error(`non executable command in pipeline stage ${index + 2}`);
		});
	}

	#command(): Command {
		const at = this.#significant(1)[0]?.at ?? 0;
		const args: Operand[] = [];
		for (;;) {
			this.#skipSpace();
			const operand = this.#operand();
			if (operand) args.push(operand);
			const token = this.#take();
			if (token.kind === 'space') continue;
			if (token.kind === 'right' || token.kind === 'rightParen') {
				this.#next--;
				break;
			}
			if (token.kind === 'pipe') break;
			throw this.#unexpected(token, 'operand');
		}
		if (args.length === 0) throw this.#error('empty command');
		return { args, at };
	}

	#operand(): Operand | null {
		const term = this.#term();
		if (!term || this.#peek().kind !== 'field') return term;
		const { at } = this.#peek();
		const names: string[] = [];
		while (this.#peek().kind === 'field') names.push(this.#take().text.slice(1));
		switch (term.kind) {
			case 'field':
			case 'variable':
				return { ...term, names: [...term.names, ...names], at };
			case 'bool':
			case 'string':
			case 'number':
			case 'nil':
			case 'dot':
				throw this.#error(`unexpected . after term ${JSON.stringify(printOperand(term))}`);
			default:
				return { kind: 'chain', on: term, names, at };
		}
	}

	#term(): Operand | null {
		const token = this.#take();
		const { at, text } = token;
		switch (token.kind) {
			case 'identifier':
				if (!this.#functions.has(text)) throw this.#error(`function "${text}" not defined`);
				return { kind: 'identifier', name: text, at };
			case 'dot':
				return { kind: 'dot', at };
			case 'nil':
				return { kind: 'nil', at };
			case 'variable':
				if (!this.#variables.includes(text)) throw this.#error(`undefined variable "${text}"`);
				return { kind: 'variable', names: [text], at };
			case 'field':
				return { kind: 'field', names: [text.slice(1)], at };
			case 'bool':
				return { kind: 'bool', value: text === 'true', at };
			case 'string':
				return { kind: 'string', value: unquote(text), quoted: text, at };
			case 'charConstant':
			case 'number':
				return { kind: 'number', value: numberOf(text), text, at };
			case 'leftParen':
				return { kind: 'pipe', pipe: this.#pipeline('parenthesized pipeline', 'rightParen'), at };
			default:
				this.#next--;
				return null;
		}
	}

	#peek(): Token {
		return this.#tokens[this.#next] ?? (this.#tokens.at(-1) as Token);
	}
	#take(): Token {
		const token = this.#peek();
		this.#next++;
		return token;
	}
	#skipSpace(): void {
		while (this.#peek().kind === 'space') this.#next++;
	}
	#nonSpace(): Token {
		this.#skipSpace();
		return this.#take();
	}
	#skip(kind: Token['kind']): void {
		const token = this.#nonSpace();
		if (token.kind !== kind) throw this.#unexpected(token, 'input');
	}
	/** The next `count` tokens that are not space, without taking them. */
	#significant(count: number): Token[] {
		const found: Token[] = [];
		for (let at = this.#next; found.length < count && at < this.#tokens.length; at++) {
			const token = this.#tokens[at];
			if (token && token.kind !== 'space') found.push(token);
		}
		return found;
	}

	#unexpected(token: Token, context: string): Error {
		const text =
			token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text);
		const shown = token.kind === 'eof' ? 'EOF' : token.kind === 'keyword' ? `<${token.text}>` : text;
		return this.#error(`unexpected ${shown} in ${context}`);
	}
	#error(what: string): Error {
		return parseError(
			this.#name,
			this.#tokens[Math.min(this.#next, this.#tokens.length) - 1]?.line ?? 1,
			what,
		);
	}
}

const STARTS_OPERAND: ReadonlySet<string> = new Set([
	'bool',
	'charConstant',
	'dot',
	'field',
	'identifier',
	'number',
	'nil',
	'string',
	'variable',
	'leftParen',
	'char',
]);

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** What a Go string or character literal means. */
function unquote(literal: string): string {
	const inner = literal.slice(1, -1);
	if (literal.startsWith('`')) return inner;
	return inner.replace(
		/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs,
		(_all, code: string) => {
			const lead = code[0] ?? '';
			if ((lead === 'x' || lead === 'u' || lead === 'U') && code.length > 1)
				return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
			if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
			return ESCAPES[lead] ?? code;
		},
	);
}

function numberOf(text: string): bigint | number {
	if (text.startsWith("'")) return BigInt(unquote(text).codePointAt(0) ?? 0);
	const plain = text.replaceAll('_', '');
	const isHex = /^[+-]?0x/i.test(plain);
	if (!isHex && /[.eE]/.test(plain)) return Number(plain);
	const digits = plain.replace(/^[+-]/, '').replace(/^0(?=[0-7]+$)/, '0o');
	return plain.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}
