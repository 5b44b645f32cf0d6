/** Image references by the grammar of github.com/distribution/reference, with Docker's short forms. */
import { invalid } from '#base';

const ALPHANUMERIC = '[a-z0-9]+';
const SEPARATOR = '(?:[._]|__|[-]+)';
const PATH_COMPONENT = `${ALPHANUMERIC}(?:${SEPARATOR}${ALPHANUMERIC})*`;
const REMOTE_NAME = `${PATH_COMPONENT}(?:/${PATH_COMPONENT})*`;
const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${REMOTE_NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const ANCHORED_NAME = new RegExp(`^(?:(${DOMAIN})/)?(${REMOTE_NAME})$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;
const LONGEST_NAME = 255;

const DEFAULT_DOMAIN = 'docker.io';
const LEGACY_DOMAIN = 'index.docker.io';
const OFFICIAL = 'library/';

/** A parsed reference. `tag` and `digest` are empty when it has none. */
export interface Reference {
	/** Empty in a reference that was not normalised and names no registry. */
	domain: string;
	path: string;
	tag: string;
	digest: string;
}

/** Parses a reference as it stands, without Docker's short forms. Throws `invalid` in the library's words. */
export function parseReference(text: string): Reference {
	const match = REFERENCE.exec(text);
	if (!match?.[1]) throw invalid(whyNot(text));
	const name = ANCHORED_NAME.exec(match[1]);
	const path = name?.[2] ?? match[1];
	if (path.length > LONGEST_NAME) {
		throw invalid(`repository name must not be more than ${LONGEST_NAME} characters`);
	}
	const digest = match[3] ?? '';
	if (digest) checkDigest(digest);
	return { domain: name?.[1] ?? '', path, tag: match[2] ?? '', digest };
}

function whyNot(text: string): string {
	if (text === '') return 'repository name must have at least one component';
	if (REFERENCE.test(text.toLowerCase())) return 'repository name must be lowercase';
	return 'invalid reference format';
}

function checkDigest(digest: string): void {
	const at = digest.indexOf(':');
	if (digest.slice(0, at) !== 'sha256') throw invalid('unsupported digest algorithm');
	if (digest.length - at - 1 !== 64) throw invalid('invalid checksum digest length');
	if (!/^[0-9a-f]{64}$/.test(digest.slice(at + 1))) throw invalid('invalid checksum digest format');
}

/** Parses what a user types: `busybox` is docker.io/library/busybox. Throws `invalid` in Docker's words. */
export function parseNormalized(text: string): Reference {
	if (IDENTIFIER.test(text)) {
		throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
	}
	const [domain, remainder] = splitDomain(text);
	const colon = remainder.indexOf(':');
	const remote = colon > -1 ? remainder.slice(0, colon) : remainder;
	if (remote.toLowerCase() !== remote) {
		throw invalid(`invalid reference format: repository name (${remote}) must be lowercase`);
	}
	return parseReference(`${domain}/${remainder}`);
}

function splitDomain(text: string): [domain: string, remainder: string] {
	const slash = text.indexOf('/');
	const first = text.slice(0, slash);
	const isDomain =
		slash > -1 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
	let domain = isDomain ? first : DEFAULT_DOMAIN;
	let remainder = isDomain ? text.slice(slash + 1) : text;
	if (domain === LEGACY_DOMAIN) domain = DEFAULT_DOMAIN;
	if (domain === DEFAULT_DOMAIN && !remainder.includes('/')) remainder = OFFICIAL + remainder;
	return [domain, remainder];
}

/** `docker.io/library/busybox`. */
export function referenceName(reference: Reference): string {
	return reference.domain ? `${reference.domain}/${reference.path}` : reference.path;
}

/** The whole reference in its long form. */
export function formatReference(reference: Reference): string {
	const tag = reference.tag ? `:${reference.tag}` : '';
	const digest = reference.digest ? `@${reference.digest}` : '';
	return `${referenceName(reference)}${tag}${digest}`;
}

/** The name as Docker shows it: `busybox`, `me/app`, `localhost:5000/app`. */
export function familiarName(reference: Reference): string {
	if (reference.domain !== DEFAULT_DOMAIN) return referenceName(reference);
	const bare = reference.path.startsWith(OFFICIAL) ? reference.path.slice(OFFICIAL.length) : reference.path;
	return bare.includes('/') ? reference.path : bare;
}

/** The whole reference as Docker shows it. */
export function familiarString(reference: Reference): string {
	const tag = reference.tag ? `:${reference.tag}` : '';
	const digest = reference.digest ? `@${reference.digest}` : '';
	return `${familiarName(reference)}${tag}${digest}`;
}

/** The same reference with `latest` when it names neither a tag nor a digest. */
export function withDefaultTag(reference: Reference): Reference {
	return reference.tag || reference.digest ? reference : { ...reference, tag: 'latest' };
}

/** Whether both name the same repository. */
export function sameName(a: Reference, b: Reference): boolean {
	return a.domain === b.domain && a.path === b.path;
}
