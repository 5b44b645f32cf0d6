/**
 * What belongs to the host of the recordings and not to Docker: what was recorded, what stands for it here, and why. Nothing else of a
 * recording is changed.
 */
interface Exception {
	recorded: RegExp;
	/** Of these commands only. */
	of?: RegExp;
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
		of: /docker logs site 2>\/dev\/null \| wc -l/,
		recorded: /^2$/m,
		here: '4',
		why: "the entrypoint of the recording host's nginx was silent; that of the Hub's says on its output what it does",
	},
	{
		of: /\bls \/$/,
		recorded: /^lib64\n/m,
		here: '',
		why: "an amd64 has its program loader in /lib64; a 386's is in /lib",
	},
	{
		recorded: /(?<=\b28\.5\.2)\+dfsg4\b/g,
		here: '',
		why: "the recording engine was Debian's own build",
	},
	{
		recorded: /^(?:bitnami\/nginx|nginx\/nginx-ingress|nginx\/unit) .*\n/gm,
		here: '',
		why: 'what a search found was invented for the recording; the catalogue here lists only what can be pulled',
	},
	{
		recorded: /(?<=^Deleted Volumes:\n)named2\nother\nlab\n/m,
		here: 'other\nnamed2\nlab\n',
		why: 'Docker prunes volumes in the order of a Go map, which is another one each time',
	},
];

/** What a command printed in a recording, as this machine would have it. */
export function asHere(printed: string, command: string): string {
	return EXCEPTIONS.filter(({ of }) => of === undefined || of.test(command)).reduce(
		(text, { recorded, here }) => text.replace(recorded, here),
		printed,
	);
}
