import { invalid } from '#base';
import type { Platform } from '#oci';

/** What this engine can run. */
export const PLATFORM = { os: 'linux', architecture: '386' } as const;

export type WantedPlatform = Platform;

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
const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];

/** `linux/arm/v7`, `linux`, `arm64` … Throws `invalid` in Docker's words. */
export function parsePlatform(text: string): WantedPlatform {
	const parts = text.toLowerCase().split('/');
	const [first = '', second, third] = parts;
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

/** `linux/arm/v7`. */
export function platformName({ os, architecture, variant }: WantedPlatform): string {
	return [os, architecture, variant].filter((part) => part !== '').join('/');
}
