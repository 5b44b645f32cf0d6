import type { Command, Operand, Pipe } from './parse.ts';

/** A node as Go writes it back in error messages. */
export function printOperand(operand: Operand): string {
	switch (operand.kind) {
		case 'dot':
			return '.';
		case 'nil':
			return 'nil';
		case 'field':
			return operand.names.map((name) => `.${name}`).join('');
		case 'variable':
			return operand.names.join('.');
		case 'identifier':
			return operand.name;
		case 'bool':
			return String(operand.value);
		case 'string':
			return operand.quoted;
		case 'number':
			return operand.text;
		case 'pipe':
			return `(${printPipe(operand.pipe)})`;
		case 'chain':
			return `${printOperand(operand.on)}${operand.names.map((name) => `.${name}`).join('')}`;
	}
}

/** A pipeline as Go writes it back. */
export function printPipe(pipe: Pipe): string {
	const declared =
		pipe.variables.length > 0 ? `${pipe.variables.join(', ')} ${pipe.assigns ? '=' : ':='} ` : '';
	return declared + pipe.commands.map(printCommand).join(' | ');
}

/** A command as Go writes it back. */
export function printCommand(command: Command): string {
	return command.args.map(printOperand).join(' ');
}
