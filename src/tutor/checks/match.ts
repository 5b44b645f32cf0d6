import type { Failure, SeenContainer } from '../world/world.ts';
import { fail, type CheckContext, type Outcome } from './check.ts';

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
export interface Wanted {
	name?: string;
	image?: string;
	command?: string;
	interactive?: boolean;
	/** `8080:80` */
	publish?: string;
}

/**
 * What keeps a container from being made at all. Looks only at what went wrong last: a mistake that was made good is forgotten.
 * A mistake is this check's when it names what the check wants, or when the check is the one the learner is at.
 */
export function failureToMake(wanted: Wanted, { world, isCurrent }: CheckContext): Outcome | null {
	const failure = world.failures.findLast((one) => one.what === 'pull' || one.what === 'create');
	if (!failure) return null;
	const concerns = isCurrent || (wanted.name !== undefined && failure.name === wanted.name);
	if (!concerns) return null;
	const facts = {
		image: failure.subject,
		wanted: wanted.image ?? '',
		name: failure.name,
		message: failure.message,
	};
	if (failure.what === 'pull') return fail('image-unknown', facts);
	return fail(isNameTaken(failure) ? 'name-taken' : 'refused', facts);
}

function isNameTaken(failure: Failure): boolean {
	return failure.status === 409 && failure.message.includes('is already in use');
}

/** The first thing about a container that is not as wanted. */
export function mismatch(container: SeenContainer, wanted: Wanted): Outcome | null {
	const facts = { name: container.name, image: container.image, command: container.command.join(' ') };
	if (wanted.image && !sameImage(container.image, wanted.image))
		return fail('wrong-image', { ...facts, wanted: wanted.image });
	if (wanted.name && container.name !== wanted.name)
		return fail('wrong-name', { ...facts, wanted: wanted.name });
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
