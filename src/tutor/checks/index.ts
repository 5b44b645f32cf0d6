import { invalid } from '#base';
import type { CheckContext, CheckKind, FieldType, Outcome } from './check.ts';
import { containerExited, type ContainerExited } from './container-exited.ts';
import { containerRan, type ContainerRan } from './container-ran.ts';
import { containerRunning } from './container-running.ts';
import { containersListed, type ContainersListed } from './containers-listed.ts';
import { containersRemoved, type ContainersRemoved } from './containers-removed.ts';
import { execRan, type ExecRan } from './exec-ran.ts';
import type { Wanted } from './match.ts';
import { outputSeen, type OutputSeen } from './output-seen.ts';

/** Every kind of check that a lesson may use. */
interface Kinds {
	'container-ran': ContainerRan;
	'container-running': Wanted;
	'container-exited': ContainerExited;
	'exec-ran': ExecRan;
	'containers-listed': ContainersListed;
	'containers-removed': ContainersRemoved;
	'output-seen': OutputSeen;
}

const kinds: { [K in keyof Kinds]: CheckKind<Kinds[K]> } = {
	'container-ran': containerRan,
	'container-running': containerRunning,
	'container-exited': containerExited,
	'exec-ran': execRan,
	'containers-listed': containersListed,
	'containers-removed': containersRemoved,
	'output-seen': outputSeen,
};

/** A check as a lesson's author wrote it. */
export type CheckSpec = { [K in keyof Kinds]: { kind: K } & Kinds[K] }[keyof Kinds];

/** Reads one entry of a lesson's checks. `where` begins the sentence that tells its author what is wrong. */
export function readCheck(
	entry: Record<string, unknown>,
	where: string,
): { spec: CheckSpec; reasons: readonly string[] } {
	const { kind, ...given } = entry;
	if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
		throw invalid(`${where}: no kind called ${String(kind)}; there are ${Object.keys(kinds).join(', ')}`);
	}
	const { fields, reasons } = kinds[kind as keyof Kinds];
	for (const name of Object.keys(given)) {
		if (!Object.hasOwn(fields, name)) throw invalid(`${where}: ${kind} has no field ${name}`);
	}
	for (const [name, type] of Object.entries(fields)) {
		if (!fits(given[name], type)) throw invalid(`${where}: ${name} must be ${type.replace('?', '')}`);
	}
	return { spec: entry as unknown as CheckSpec, reasons };
}

/** Looks at the world with the eyes of one check. */
export function evaluate(spec: CheckSpec, context: CheckContext): Outcome {
	const { kind, ...fields } = spec;
	return (kinds[kind] as CheckKind<unknown>).evaluate(fields, context);
}

function fits(value: unknown, type: FieldType): boolean {
	if (value === undefined) return type.endsWith('?');
	switch (type) {
		case 'text':
		case 'text?':
			return typeof value === 'string' && value !== '';
		case 'number?':
			return typeof value === 'number';
		case 'boolean?':
			return typeof value === 'boolean';
		case 'texts':
			return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
	}
}
