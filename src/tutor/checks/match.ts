import type { RecordOf } from '../schema/type.ts';
import type { Failure, SeenContainer } from '../world/world.ts';
import { fail, type Look, type Outcome } from './check.ts';
import { shown, valueAt, type Json } from './docker-view.ts';
import type { container } from './fields.ts';

/** Whether two spellings mean the same image: `nginx`, `nginx:latest` and `docker.io/library/nginx` do. */
export function sameImage(one: string, other: string): boolean {
	return familiar(one) === familiar(other);
}

function familiar(image: string): string {
	const short = image.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
	return /[:@]/.test(short.slice(short.lastIndexOf('/') + 1)) ? short : `${short}:latest`;
}

/** Whether a command begins with the wanted words; its program may be written with a path. */
export function startsWithWords(command: string[], wanted: string): boolean {
	const words = wanted.split(/\s+/).filter(Boolean);
	const [program = '', ...rest] = command.join(' ').split(/\s+/);
	return (
		[program.slice(program.lastIndexOf('/') + 1), ...rest].slice(0, words.length).join(' ') ===
		words.join(' ')
	);
}

/** What a check wants of a container; what is absent does not matter. */
export type Wanted = RecordOf<typeof container>;

/** The wishes in a few words that need no translation: `web nginx -p 8080:80`. */
export function wantedText({ name, image, command, interactive, publish }: Wanted): string {
	const parts = [
		interactive ? '-it' : '',
		publish ? `-p ${publish}` : '',
		name ? `--name ${name}` : '',
		image,
		command,
	];
	return parts.filter(Boolean).join(' ');
}

/** The reasons that `failureToMake` and `mismatch` give, with their facts. */
export const MATCH_REASONS = {
	'image-unknown': ['image', 'wanted'],
	'name-taken': ['name'],
	refused: ['message'],
	'wrong-image': ['name', 'image', 'wanted'],
	'wrong-name': ['name', 'image', 'wanted'],
	'no-command': ['name', 'image', 'wanted'],
	'wrong-command': ['name', 'image', 'command', 'wanted'],
	'not-interactive': ['name', 'image'],
	'not-published': ['name', 'image', 'wanted'],
	'wrong-port': ['name', 'image', 'wanted', 'published'],
} as const;

/** The reason that `wrongConfig` gives. */
export const CONFIG_REASON = { 'wrong-config': ['name', 'field', 'now', 'wanted'] } as const;

/**
 * What keeps a container from being made at all. Looks only at what went wrong last: a mistake that was made good is forgotten.
 * A mistake is this check's when it names what the check wants, or when the check is the one the learner is at.
 */
export function failureToMake(wanted: Wanted, { world, isCurrent }: Look): Outcome | null {
	const failure = world.failures.findLast((one) => one.what === 'pull' || one.what === 'create');
	if (!failure) return null;
	const concerns = isCurrent || (wanted.name !== undefined && failure.name === wanted.name);
	if (!concerns) return null;
	const facts = {
		image: failure.subject,
		wanted: wanted.image ?? failure.subject,
		name: failure.name,
		message: failure.message,
	};
	if (failure.what === 'pull') return fail('image-unknown', facts);
	return fail(isNameTaken(failure) ? 'name-taken' : 'refused', facts);
}

function isNameTaken(failure: Failure): boolean {
	return failure.status === 409 && failure.message.includes('is already in use');
}

/** The first thing about a container, as it was made, that is not as wanted. */
export function mismatch(container: SeenContainer, wanted: Wanted): Outcome | null {
	const facts = { name: container.name, image: container.image, command: container.command.join(' ') };
	if (wanted.image && !sameImage(container.image, wanted.image))
		return fail('wrong-image', { ...facts, wanted: wanted.image });
	if (wanted.name && container.name !== wanted.name)
		return fail('wrong-name', { ...facts, wanted: wanted.name });
	if (wanted.command && container.command.length === 0)
		return fail('no-command', { ...facts, wanted: wanted.command });
	if (wanted.command && !startsWithWords(container.command, wanted.command))
		return fail('wrong-command', { ...facts, wanted: wanted.command });
	if (wanted.interactive && !container.isInteractive) return fail('not-interactive', facts);
	if (wanted.publish) {
		const [host, inside] = wanted.publish.split(':').map(Number);
		if (container.ports.length === 0) return fail('not-published', { ...facts, wanted: wanted.publish });
		if (!container.ports.some((port) => port.host === host && port.container === inside)) {
			const published = container.ports.map((port) => `${port.host}:${port.container}`).join(' ');
			return fail('wrong-port', { ...facts, wanted: wanted.publish, published });
		}
	}
	return null;
}

/** The first field of `docker inspect` that has not the wanted value; `*` wants any but nothing. */
export function wrongConfig(
	inspected: Json,
	config: Record<string, string | number | boolean> | undefined,
	name: string,
): Outcome | null {
	for (const [field, wanted] of Object.entries(config ?? {})) {
		const value = valueAt(inspected, field);
		const fits = wanted === '*' ? !isNothing(value) : shown(value) === shown(wanted);
		if (!fits) return fail('wrong-config', { name, field, now: shown(value), wanted: String(wanted) });
	}
	return null;
}

function isNothing(value: unknown): boolean {
	if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
	return typeof value === 'object' && Object.keys(value).length === 0;
}
