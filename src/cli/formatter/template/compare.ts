import type { Interface } from './value.ts';
import {
	Dict,
	JsonNumber,
	Missing,
	Pointer,
	Slice,
	Struct,
	bare,
	byBytes,
	typeName,
	type Value,
} from './value.ts';

type Basic = 'bool' | 'int' | 'float' | 'string' | 'none';

function kindOfBasic(value: Exclude<Value, Interface>): Basic {
	if (value instanceof JsonNumber) return 'string';
	switch (typeof value) {
		case 'boolean':
			return 'bool';
		case 'bigint':
			return 'int';
		case 'number':
			return 'float';
		case 'string':
			return 'string';
		default:
			return 'none';
	}
}

function scalar(value: Exclude<Value, Interface>): boolean | bigint | number | string | null {
	if (value instanceof JsonNumber) return value.text;
	return typeof value === 'object' ? null : value;
}

/** Go's `eq`: true when the first equals any other. Throws its words for values that cannot be compared. */
export function equalsAny(first: Value, others: Value[]): boolean {
	if (others.length === 0) throw new Error('missing argument for comparison');
	const left = comparable(first);
	return others.some((other) => {
		const right = comparable(other);
		const [leftKind, rightKind] = [kindOfBasic(left), kindOfBasic(right)];
		if (left === null || right === null) return left === right;
		if (leftKind !== rightKind) throw new Error('incompatible types for comparison');
		if (leftKind === 'none') return left === right;
		return scalar(left) === scalar(right);
	});
}

function comparable(wrapped: Value): Exclude<Value, Interface> {
	const value = bare(wrapped);
	if (value instanceof Missing) return null;
	if (value instanceof Slice || value instanceof Dict)
		throw new Error(`non-comparable type ${typeName(value)}: ${typeName(value)}`);
	if (value instanceof Struct || value instanceof Pointer) return value;
	return value;
}

/** Go's `lt`. */
export function lessThan(first: Value, second: Value): boolean {
	const [left, right] = [bare(first), bare(second)];
	const [leftKind, rightKind] = [kindOfBasic(left), kindOfBasic(right)];
	if (leftKind === 'none' || rightKind === 'none') throw new Error('invalid type for comparison');
	if (leftKind !== rightKind) throw new Error('incompatible types for comparison');
	if (leftKind === 'bool') throw new Error('invalid type for comparison');
	const [a, b] = [scalar(left), scalar(right)];
	if (typeof a === 'string' && typeof b === 'string') return byBytes(a, b) < 0;
	return (a as number) < (b as number);
}
