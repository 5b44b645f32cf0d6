import { familiarName, parseNormalized, referenceName } from '#oci';

/** A reference's parts: full name with domain, short name, tag, digest ('' when absent). */
export interface ReferenceParts {
	name: string;
	familiar: string;
	tag: string;
	digest: string;
}

/** Takes apart what a user types. Throws `invalid` in Docker's words. */
export function split(text: string): ReferenceParts {
	const reference = parseNormalized(text);
	return {
		name: referenceName(reference),
		familiar: familiarName(reference),
		tag: reference.tag,
		digest: reference.digest,
	};
}

/** `busybox` → `busybox:latest`: an image's short name with its tag or digest, as Docker shows it. An id stays as it is. */
export function familiarWithTag(text: string): string {
	if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return text;
	const { familiar, tag, digest } = split(text);
	if (digest !== '') return `${familiar}@${digest}`;
	return `${familiar}:${tag === '' ? 'latest' : tag}`;
}
