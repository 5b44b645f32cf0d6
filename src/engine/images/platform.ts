import { invalid, notFound } from '#base';
import type { Platform } from '#oci';

/** What this engine can run. */
export const PLATFORM = { os: 'linux', architecture: '386' } as const;

export type WantedPlatform = Platform;

const SYSTEM = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/;
const ARCHITECTURES: Record<string, [architecture: string, variant: string]> = {
	'386': ['386', ''],
	i386: ['386', ''],
	i686: ['386', ''],
	amd64: ['amd64', ''],
	x86_64: ['amd64', ''],
	'x86-64': ['amd64', ''],
	arm64: ['arm64', ''],
	aarch64: ['arm64', ''],
	arm: ['arm', 'v7'],
	armhf: ['arm', 'v7'],
	armel: ['arm', 'v6'],
	ppc64le: ['ppc64le', ''],
	s390x: ['s390x', ''],
	riscv64: ['riscv64', ''],
	mips64le: ['mips64le', ''],
	loong64: ['loong64', ''],
};
/** A 64-bit processor runs what its 32-bit one does. */
const ALSO_RUNS: Record<string, string[]> = { amd64: ['386'], arm64: ['arm'] };
const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];

/** `linux/arm/v7`, `linux`, `arm64` … Throws `invalid` in Docker's words. */
export function parsePlatform(text: string): WantedPlatform {
	const parts = text.toLowerCase().split('/');
	const [given = '', second, third] = parts;
	const first = given === 'macos' ? 'darwin' : given;
	if (!SYSTEM.test(first)) {
		throw invalid(
			`${JSON.stringify(first)} is an invalid OS component of ${JSON.stringify(text)}: OSAndVersion specifier component must match ${JSON.stringify(SYSTEM.source)}: invalid argument`,
		);
	}
	if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part)))
		throw invalid(
			`${JSON.stringify(text)} is an invalid component of ${JSON.stringify(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
		);
	if (second === undefined) {
		if (SYSTEMS.includes(first)) return { os: first, architecture: PLATFORM.architecture, variant: '' };
		const known = ARCHITECTURES[first];
		if (known) return { os: PLATFORM.os, architecture: known[0], variant: known[1] };
		throw invalid(`${JSON.stringify(text)}: unknown operating system or architecture: invalid argument`);
	}
	const [architecture, variant] = ARCHITECTURES[second] ?? [second, ''];
	return { os: first, architecture, variant: third ?? variant };
}

/** Throws not-found in Docker's words when an image is for another platform than the asked-for one. */
export function checkImagePlatform(
	ref: string,
	{ os, architecture, variant }: Platform,
	wanted: Platform,
): void {
	const runs = [wanted.architecture, ...(ALSO_RUNS[wanted.architecture] ?? [])];
	const fits = os === wanted.os && runs.includes(architecture);
	if (fits && (variant === '' || wanted.variant === '' || variant <= wanted.variant)) return;
	const [own, other] = [platformName({ os, architecture, variant }), platformName(wanted)];
	throw notFound(
		`image with reference ${ref} was found but its platform (${own}) does not match the specified platform (${other})`,
	);
}

/** `linux/arm/v7`. */
export function platformName({ os, architecture, variant }: WantedPlatform): string {
	return [os, architecture, variant].filter((part) => part !== '').join('/');
}
