import { kindOf, messageOf } from '#base';
import type { VariantSchema } from '../schema/type.ts';
import type { RecordOf } from '../schema/type.ts';
import { answered } from './answered.ts';
import { cgroup } from './cgroup.ts';
import { fail, SLIP_REASONS, type CheckKind, type Look, type Outcome } from './check.ts';
import { command } from './command.ts';
import { containerExited } from './container-exited.ts';
import { containerRan } from './container-ran.ts';
import { containerRunning } from './container-running.ts';
import { container } from './container.ts';
import { containersListed } from './containers-listed.ts';
import { containersRemoved } from './containers-removed.ts';
import { dangling } from './dangling.ts';
import { execRan } from './exec-ran.ts';
import { file } from './file.ts';
import { history } from './history.ts';
import { image } from './image.ts';
import { layer } from './layer.ts';
import { namespace } from './namespace.ts';
import { network } from './network.ts';
import { outputSeen } from './output-seen.ts';
import { port } from './port.ts';
import { process } from './process.ts';
import { registry } from './registry.ts';
import { shell } from './shell.ts';
import { volume } from './volume.ts';

/** Every kind of check that a lesson may use. */
const kinds = {
	'container-running': containerRunning,
	'container-ran': containerRan,
	'container-exited': containerExited,
	container,
	'containers-removed': containersRemoved,
	'containers-listed': containersListed,
	'exec-ran': execRan,
	image,
	layer,
	history,
	dangling,
	volume,
	network,
	registry,
	file,
	process,
	namespace,
	cgroup,
	port,
	command,
	'output-seen': outputSeen,
	answered,
	shell,
};

type Kinds = typeof kinds;
type FieldsOf<K extends keyof Kinds> = RecordOf<Kinds[K]['fields']>;

/** A check as a lesson's author wrote it. */
export type CheckSpec = { [K in keyof Kinds]: { kind: K } & FieldsOf<K> }[keyof Kinds];

/** The kinds for those who describe them: the schema's cases, and the reference page. */
export const CHECK_KINDS = kinds as unknown as Readonly<Record<string, CheckKind<never>>>;

/** The fields of every kind, as cases of a check's schema. */
export const CHECK_CASES: VariantSchema['cases'] = kinds;

/** Every reason that a check of this kind may fail for, with the facts that its sentences may use. */
export function reasonsOf(kind: string): CheckKind<never>['reasons'] {
	const own = CHECK_KINDS[kind]?.reasons;
	return own ? { ...own, ...SLIP_REASONS } : {};
}

/** What is wrong with a check's fields taken together, as an English sentence; null when nothing is. */
export function refuse(spec: CheckSpec): string | null {
	return CHECK_KINDS[spec.kind]?.refuse?.(spec as never) ?? null;
}

/** Looks at the world with the eyes of one check. One whose author has made it unusable fails, and says why. */
export async function evaluate(spec: CheckSpec, look: Look): Promise<Outcome> {
	const kind: CheckKind<never> | undefined = CHECK_KINDS[spec.kind];
	if (!kind) throw new TypeError(`no kind of check is called ${spec.kind}`);
	try {
		return await kind.evaluate(spec as never, look);
	} catch (error) {
		if (kindOf(error) === 'invalid') return fail('unusable', { message: messageOf(error) });
		throw error;
	}
}
