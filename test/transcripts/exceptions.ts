/**
 * What belongs to the host of the recordings and not to Docker: what was recorded, what stands for it here, and why. Nothing else of a
 * recording is changed.
 */
interface Exception {
	recorded: RegExp;
	here: string;
	why: string;
}

export const EXCEPTIONS: readonly Exception[] = [
	{
		recorded: /(?<="Architecture": "|\blinux\/)amd64\b/g,
		here: '386',
		why: 'the recording host was an amd64; this machine is a 386',
	},
	{
		recorded: /(?<="CgroupnsMode": ")host(?=")/g,
		here: 'private',
		why: 'the recording host had cgroup v1, where host is the default; with v2 it is private',
	},
	{
		recorded: /(?<="OomKillDisable": )false\b/g,
		here: 'null',
		why: 'with cgroup v2, which has no such switch, the engine forgets the setting',
	},
	{
		recorded: /(?<=\bNGINX_VERSION=)1\.26\.3\b/g,
		here: '1.22.1',
		why: "the images are built from another release of Debian's packages",
	},
	{
		recorded: /(?<=\b28\.5\.2)\+dfsg4\b/g,
		here: '',
		why: "the recording engine was Debian's own build",
	},
];

/** A recorded text as this machine would have it. */
export function asHere(recorded: string): string {
	return EXCEPTIONS.reduce((text, exception) => text.replace(exception.recorded, exception.here), recorded);
}
