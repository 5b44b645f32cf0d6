import { invalid, messageOf } from '#base';
import { BUILTINS, checkArgument, structOf, type TemplateFunction } from './functions.ts';
import { parseTemplate, type Command, type Node, type Operand, type Pipe, type Template } from './parse.ts';
import { printCommand, printOperand, printPipe } from './parse-print.ts';
import { printResult } from './print.ts';
import {
	Dict,
	Interface,
	Missing,
	Pointer,
	Slice,
	bare,
	indirect,
	isTrue,
	typeName,
	type Value,
} from './value.ts';

export interface CompiledTemplate {
	/** Runs the template over `data`. Throws `invalid` in Go's words; what was written before the error is in `detail.written`. */
	execute(data: Value, options?: { missingKeyIsError?: boolean }): string;
}

/** Parses a template with docker's functions. Throws `invalid` in Go's words: `template: NAME:LINE: …`. */
export function compileTemplate(
	source: string,
	functions: Record<string, TemplateFunction>,
	name = '',
): CompiledTemplate {
	const all = { ...BUILTINS, ...functions };
	const template = parseTemplate(name, source, new Set(Object.keys(all)));
	return {
		execute: (data, options = {}) =>
			new Execution(template, all, data, options.missingKeyIsError ?? false).run(),
	};
}

/** A stop inside a range: not an error, caught by the innermost range. */
class LoopStop extends Error {
	readonly how: 'break' | 'continue';
	constructor(how: 'break' | 'continue') {
		super(how);
		this.how = how;
	}
}

const MAX_OUTPUT = 64 << 20;
const MAX_DEPTH = 1000;

class Execution {
	readonly #template: Template;
	readonly #functions: Record<string, TemplateFunction>;
	readonly #missingKeyIsError: boolean;
	readonly #data: Value;
	#out = '';
	#depth = 0;
	#executing: string;
	#variables: { name: string; value: Value }[];

	constructor(
		template: Template,
		functions: Record<string, TemplateFunction>,
		data: Value,
		missingKeyIsError: boolean,
	) {
		this.#template = template;
		this.#functions = functions;
		this.#missingKeyIsError = missingKeyIsError;
		this.#data = data;
		this.#executing = template.name;
		this.#variables = [{ name: '$', value: data }];
	}

	run(): string {
		this.#nodes(this.#template.body, this.#data);
		return this.#out;
	}

	#nodes(nodes: Node[], dot: Value): void {
		for (const node of nodes) this.#node(node, dot);
	}

	#node(node: Node, dot: Value): void {
		switch (node.kind) {
			case 'text':
				this.#write(node.text);
				return;
			case 'action': {
				const value = this.#pipe(node.pipe, dot);
				if (node.pipe.variables.length === 0) this.#write(printResult(value));
				return;
			}
			case 'if':
			case 'with':
				return this.#scoped(() => {
					const value = this.#pipe(node.pipe, dot);
					if (isTrue(value)) this.#nodes(node.body, node.kind === 'with' ? value : dot);
					else this.#nodes(node.otherwise ?? [], dot);
				});
			case 'range':
				return this.#scoped(() => this.#range(node, dot));
			case 'template':
				return this.#call(node, dot);
			case 'break':
			case 'continue':
				throw new LoopStop(node.kind);
		}
	}

	#scoped(work: () => void): void {
		const depth = this.#variables.length;
		try {
			work();
		} finally {
			this.#variables.length = depth;
		}
	}

	#range(node: Node & { kind: 'if' | 'with' | 'range' }, dot: Value): void {
		const value = this.#pipe(node.pipe, dot);
		const items = this.#iterate(value, node);
		const depth = this.#variables.length;
		for (const [key, item] of items) {
			this.#variables.length = depth;
			this.#loopVariables(node.pipe, key, item, items.length > 0 && typeof bare(value) === 'bigint');
			try {
				this.#nodes(node.body, item);
			} catch (error) {
				if (!(error instanceof LoopStop)) throw error;
				if (error.how === 'break') break;
			}
		}
		this.#variables.length = depth;
		if (items.length === 0) this.#nodes(node.otherwise ?? [], dot);
	}

	#loopVariables(pipe: Pipe, key: Value, item: Value, isCount: boolean): void {
		const [first, second] = pipe.variables;
		const set = (name: string, value: Value) =>
			pipe.assigns ? this.#assign(name, value) : this.#variables.push({ name, value });
		if (first && second) {
			set(first, key);
			set(second, item);
		} else if (first) set(first, isCount ? key : item);
	}

	#iterate(wrapped: Value, node: { pipe: Pipe }): [Value, Value][] {
		const { value } = indirect(wrapped);
		if (value === null || value instanceof Missing) return [];
		if (value instanceof Slice) return (value.items ?? []).map((item, index) => [BigInt(index), item]);
		if (value instanceof Dict) return value.keys().map((key) => [key, value.entries?.get(key) ?? null]);
		if (typeof value === 'bigint')
			return Array.from({ length: Math.max(0, Number(value)) }, (_none, index) => [
				BigInt(index),
				BigInt(index),
			]);
		throw this.#error(node.pipe.at, printPipe(node.pipe), `range can't iterate over ${printResult(wrapped)}`);
	}

	#call(node: Node & { kind: 'template' }, dot: Value): void {
		const body = this.#template.defined.get(node.name);
		const text = `{{template ${JSON.stringify(node.name)}${node.pipe ? ` ${printPipe(node.pipe)}` : ''}}}`;
		if (!body) throw this.#error(node.at, text, `template ${JSON.stringify(node.name)} not defined`);
		if (++this.#depth > MAX_DEPTH)
			throw this.#error(node.at, text, `exceeded maximum template depth (${MAX_DEPTH})`);
		const data = node.pipe ? this.#pipe(node.pipe, dot) : null;
		const kept = { variables: this.#variables, executing: this.#executing };
		this.#variables = [{ name: '$', value: data }];
		this.#executing = node.name;
		this.#nodes(body, data);
		this.#variables = kept.variables;
		this.#executing = kept.executing;
		this.#depth--;
	}

	#pipe(pipe: Pipe, dot: Value): Value {
		let value: Value | undefined;
		for (const command of pipe.commands) value = this.#command(command, dot, value);
		const result = value ?? null;
		for (const name of pipe.variables) {
			if (pipe.assigns) this.#assign(name, result);
			else this.#variables.push({ name, value: result });
		}
		return result;
	}

	#assign(name: string, value: Value): void {
		const variable = this.#variables.findLast((one) => one.name === name);
		if (variable) variable.value = value;
	}

	#command(command: Command, dot: Value, final: Value | undefined): Value {
		const [first, ...rest] = command.args as [Operand, ...Operand[]];
		switch (first.kind) {
			case 'field':
				return this.#fields(dot, first.names, first, command, rest, dot, final);
			case 'variable': {
				const [name = '', ...names] = first.names;
				const value = this.#variable(name);
				if (names.length === 0) this.#mustStandAlone(first, rest, final);
				return this.#fields(value, names, first, command, rest, dot, final);
			}
			case 'chain':
				return this.#fields(this.#operand(first.on, dot), first.names, first, command, rest, dot, final);
			case 'identifier':
				return this.#function(first.name, command, rest, dot, final);
			default:
				this.#mustStandAlone(first, rest, final);
				if (first.kind === 'nil') throw this.#error(first.at, 'nil', 'nil is not a command');
				return this.#operand(first, dot);
		}
	}

	#mustStandAlone(first: Operand, rest: Operand[], final: Value | undefined): void {
		if (rest.length > 0 || final !== undefined)
			throw this.#error(
				first.at,
				printOperand(first),
				`can't give argument to non-function ${printOperand(first)}`,
			);
	}

	#operand(operand: Operand, dot: Value): Value {
		switch (operand.kind) {
			case 'dot':
				return dot;
			case 'nil':
				return null;
			case 'bool':
			case 'string':
			case 'number':
				return operand.value;
			case 'pipe':
				return this.#pipe(operand.pipe, dot);
			default:
				return this.#command({ args: [operand], at: operand.at }, dot, undefined);
		}
	}

	#variable(name: string): Value {
		return this.#variables.findLast((one) => one.name === name)?.value ?? null;
	}

	#fields(
		from: Value,
		names: string[],
		node: Operand,
		command: Command,
		args: Operand[],
		dot: Value,
		final: Value | undefined,
	): Value {
		let value = from;
		names.forEach((name, index) => {
			const isLast = index === names.length - 1;
			const given = isLast ? args.map((arg) => this.#operand(arg, dot)) : [];
			if (isLast && final !== undefined) given.push(final);
			value = this.#field(value, name, node, command, given);
		});
		return value;
	}

	#field(receiver: Value, name: string, node: Operand, command: Command, args: Value[]): Value {
		const fail = (what: string) => this.#error(node.at, printOperand(node), what);
		const struct = structOf(receiver);
		const method = struct?.methods.get(name);
		if (method) {
			if (args.length === method.length) return method(...args.map((arg) => String(bare(arg))));
			const why = `wrong number of args for ${name}: want ${method.length} got ${args.length}`;
			throw this.#error(node.at, printCommand(command), why);
		}
		const { value, isNil } = indirect(receiver);
		if (struct?.fields.has(name)) {
			if (args.length > 0) throw fail(`${name} has arguments but cannot be invoked as function`);
			return struct.fields.get(name) ?? null;
		}
		if (struct?.open) return Missing.value;
		if (value instanceof Dict) {
			if (args.length > 0) throw fail(`${name} is not a method but has arguments`);
			const found = value.entries?.get(name);
			return found === undefined
				? this.#missing(`map has no entry for key ${JSON.stringify(name)}`, fail)
				: found;
		}
		const noData = `nil data; no entry for key ${JSON.stringify(name)}`;
		if (receiver === null && !isNil) throw fail(noData);
		if (receiver instanceof Missing) return this.#missing(noData, fail);
		if (isNil) throw fail(nilMessage(receiver, name));
		const type = struct && receiver === struct ? struct.type : typeName(receiver);
		throw fail(`can't evaluate field ${name} in type ${type}`);
	}

	/** What is not there: no value, or an error where that was asked for. */
	#missing(what: string, fail: (what: string) => Error): Value {
		if (this.#missingKeyIsError) throw fail(what);
		return Missing.value;
	}

	#function(name: string, command: Command, args: Operand[], dot: Value, final: Value | undefined): Value {
		const fn = this.#functions[name];
		const fail = (what: string) => this.#error(command.at, printCommand(command), what);
		if (!fn) throw fail(`${JSON.stringify(name)} is not a defined function`);
		const count = args.length + (final === undefined ? 0 : 1);
		const least = fn.parameters.length - (fn.variadic ? 1 : 0);
		if (fn.variadic ? count < least : count !== least)
			throw fail(
				`wrong number of args for ${name}: want ${fn.variadic ? `at least ${least}` : least} got ${count}`,
			);
		if (name === 'and' || name === 'or') return this.#shortCircuit(name, args, dot, final);
		const values = args.map((arg, index) =>
			this.#argument(arg, fn.parameters[index] ?? fn.parameters.at(-1) ?? 'any', dot),
		);
		if (final !== undefined) {
			try {
				checkArgument(final, fn.parameters[values.length] ?? fn.parameters.at(-1) ?? 'any');
			} catch (error) {
				throw fail(messageOf(error));
			}
			values.push(final);
		}
		try {
			return fn.call(values.map((value) => (value instanceof Missing ? null : value)));
		} catch (error) {
			throw fail(`error calling ${name}: ${messageOf(error)}`);
		}
	}

	#argument(operand: Operand, parameter: TemplateFunction['parameters'][number], dot: Value): Value {
		const fail = (what: string) => this.#error(operand.at, printOperand(operand), what);
		const isConstant = ['bool', 'string', 'number'].includes(operand.kind);
		const value = this.#operand(operand, dot);
		if (isConstant && parameter !== 'any' && typeof value !== (parameter === 'int' ? 'bigint' : 'string'))
			throw fail(`expected ${parameter === 'int' ? 'integer' : 'string'}; found ${printOperand(operand)}`);
		try {
			checkArgument(value, parameter);
		} catch (error) {
			throw fail(messageOf(error));
		}
		return value;
	}

	#shortCircuit(name: 'and' | 'or', args: Operand[], dot: Value, final: Value | undefined): Value {
		let value: Value = null;
		for (const arg of args) {
			value = this.#operand(arg, dot);
			if (isTrue(value) === (name === 'or')) return value;
		}
		return final === undefined ? value : final;
	}

	#write(text: string): void {
		this.#out += text;
		if (this.#out.length > MAX_OUTPUT) throw invalid('template output is too long');
	}

	/** Go's execution error: where, in which template, at which node. */
	#error(at: number, node: string, what: string): Error {
		const before = this.#template.source.slice(0, at);
		const line = before.split('\n').length;
		const column = new TextEncoder().encode(before.slice(before.lastIndexOf('\n') + 1)).length;
		return invalid(
			`template: ${this.#template.name}:${line}:${column}: executing ${JSON.stringify(this.#executing)} at <${node}>: ${what}`,
			{ detail: { written: this.#out } },
		);
	}
}

function nilMessage(receiver: Value, name: string): string {
	if (receiver instanceof Pointer) return `nil pointer evaluating ${receiver.type}.${name}`;
	return receiver instanceof Interface
		? `nil pointer evaluating interface {}.${name}`
		: `nil data; no entry for key ${JSON.stringify(name)}`;
}
