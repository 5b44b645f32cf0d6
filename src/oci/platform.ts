import { invalid, notFound } from '#base';
import type { Platform } from './manifest.ts';

/** The platform of this machine. */
export const PLATFORM = { os: 'linux', architecture: '386' } as const;

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
export function parsePlatform(text: string): Platform {
	const parts = text.toLowerCase().split('/');
	const [given = '', second, third] = parts;
	const first = given === 'macos' ? 'darwin' : given;
	if (!SYSTEM.test(first)) {
		throw invalid(
			`${JSON.stringify(first)} is an invalid OS component of ${JSON.stringify(text)}: OSAndVersion specifier component must match ${JSON.stringify(SYSTEM.source)}: invalid argument`,
		);
	}
	const damaged = parts.slice(1).find((part) => !/^[a-z0-9_.-]+$/.test(part));
	if (damaged !== undefined)
		throw invalid(
			`${JSON.stringify(damaged)} is an invalid component of ${JSON.stringify(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
		);
	if (parts.length > 3)
		throw invalid(`${JSON.stringify(text)}: cannot parse platform specifier: invalid argument`);
	if (second === undefined) {
		if (SYSTEMS.includes(first)) return { os: first, architecture: PLATFORM.architecture, variant: '' };
		const known = ARCHITECTURES[first];
		if (known) return { os: PLATFORM.os, architecture: known[0], variant: known[1] };
		throw invalid(`${JSON.stringify(text)}: unknown operating system or architecture: invalid argument`);
	}
	const [architecture, variant] = ARCHITECTURES[second] ?? [second, ''];
	return { os: first, architecture, variant: third ?? variant };
}

/** Whether what was asked for can be had of it. */
export function platformFits(wanted: Platform, { os, architecture, variant }: Platform): boolean {
	const runs = [wanted.architecture, ...(ALSO_RUNS[wanted.architecture] ?? [])];
	const fits = os === wanted.os && runs.includes(architecture);
	return fits && (variant === '' || wanted.variant === '' || variant <= wanted.variant);
}

/** Throws not-found in Docker's words when an image is for another platform than the asked-for one. */
export function checkImagePlatform(ref: string, image: Platform, wanted: Platform): void {
	if (platformFits(wanted, image)) return;
	const [own, other] = [platformName(image), platformName(wanted)];
	throw notFound(
		`image with reference ${ref} was found but its platform (${own}) does not match the specified platform (${other})`,
	);
}

/** `linux/arm/v7`. */
export function platformName({ os, architecture, variant }: Platform): string {
	return [os, architecture, variant].filter((part) => part !== '').join('/');
}
