/**
 * What two honest runs of a script may differ in. Each mask is a pattern and what stands for it; the order matters, for later masks see
 * what earlier ones wrote.
 */
export interface MaskOptions {
	keepSizes?: boolean;
	maskIps?: boolean;
}

const ADJECTIVES =
	'admiring adoring affectionate agitated amazing angry awesome beautiful blissful bold boring brave busy charming clever compassionate competent condescending confident cool cranky crazy dazzling determined distracted dreamy eager ecstatic elastic elated elegant eloquent epic exciting fervent festive flamboyant focused friendly frosty funny gallant gifted goofy gracious great happy hardcore heuristic hopeful hungry infallible inspiring intelligent interesting jolly jovial keen kind laughing loving lucid magical modest musing mystifying naughty nervous nice nifty nostalgic objective optimistic peaceful pedantic pensive practical priceless quirky quizzical recursing relaxed reverent romantic sad serene sharp silly sleepy stoic strange stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful xenodochial youthful zealous zen';
const AGE =
	'(?:a|an|about an?|\\d+|less than a|about a) (?:nano|micro|milli)?(?:second|minute|hour|day|week|month|year)s?';
/** Ports that an engine picks. */
const PICKED = '(?:3276[89]|327[7-9]\\d|32[89]\\d\\d|3[3-9]\\d{3}|[45]\\d{4}|60\\d{3})';

type Replace = string | ((...match: string[]) => string);
type Mask = [pattern: RegExp, replace: Replace];

const TERMINAL: Mask[] = [
	[/\r\n/g, '\n'],
	[/\x1b\[[0-9;?]*[A-Za-z]/g, ''],
	[/\x1b[78=>]/g, ''],
];

/** What the client says about itself, and where layers come from. */
const CLIENT: Mask[] = [
	[/DEPRECATED: The legacy builder is deprecated[^\n]*\n(?:[ ]{12}[^\n]*\n)+\n?/g, ''],
	[/^time="[^"]*" level=error msg="Can't (?:add file|close tar writer)[^\n]*\n/gm, ''],
	[
		/^[0-9a-f]{12}: (?:Pulling fs layer|Waiting|Verifying Checksum|Download complete|Downloading.*|Extracting.*|Preparing|Already exists)\n/gm,
		'',
	],
	[/^([0-9a-f]{12}): (?:Mounted from \S+|Pushed)$/gm, '$1: Pushed'],
	[/(?:^[0-9a-f]{12}: (?:Pull complete|Pushed|Layer already exists)\n)+/gm, sortedLayers],
];

function sortedLayers(block = ''): string {
	const ends = block
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.slice(12));
	return ends
		.sort()
		.map((end) => `<id>${end}\n`)
		.join('');
}

const NAMES: Mask[] = [
	[/\b[0-9a-f]{64}\b/g, '<id>'],
	[/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<id>'],
	[/\/l\/[A-Z0-9]{26}\b/g, '/l/<link>'],
	[
		/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi,
		(address = '') => (/^02:42:ac:11:00:99$/i.test(address) ? address : '<mac>'),
	],
	[new RegExp(`\\b(?:${ADJECTIVES.replaceAll(' ', '|')})_[a-z]+\\d?\\b`, 'g'), '<name>'],
];

const TIMES: Mask[] = [
	[/\b(?!0001-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?: UTC)?/g, '<time>'],
	[/\b\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
	[/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\b/g, '<time>'],
	[/\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d (?:UTC )?\d{4}/g, '<time>'],
	[/"(time|timeNano|StartedAt|created)":\s*\d+/g, '"$1":<time>'],
	[new RegExp(`\\bUp ${AGE}`, 'gi'), 'Up <age>'],
	[new RegExp(`\\b${AGE} ago`, 'gi'), '<age> ago'],
	[/round-trip min\/avg\/max = .*/g, 'round-trip min/avg/max = <t>'],
	[/time=[\d.]+ ms/g, 'time=<t>'],
	[/(`(?:since|until)` time) \(\d+\)/g, '$1 (<t>)'],
];

const PORTS: Mask[] = [
	[new RegExp(`\\b${PICKED}(?=->|/tcp\\b|/udp\\b|")`, 'g'), '<port>'],
	[new RegExp(`((?:0\\.0\\.0\\.0|\\[::\\]|127\\.0\\.0\\.1):)${PICKED}\\b`, 'g'), '$1<port>'],
	[/Bind for (?:::|0\.0\.0\.0):(\d+) failed/g, 'Bind for <any>:$1 failed'],
	[/host port for (?:\[::\]|0\.0\.0\.0):(\d+):/g, 'host port for <any>:$1:'],
];

const SIZES: Mask[] = [
	[/\b(?!0B)\d+(?:\.\d+)?(?:B|kB|KB|MB|GB|TB|KiB|MiB|GiB)\b/g, '<size>'],
	[/"(Size|VirtualSize|size)":\s*\d+/g, '"$1": <size>'],
	[/(manifest|digest: sha256:\S+) size: \d+/g, '$1 size: <n>'],
	[/\b(0B|<size>) \(\d+%\)/g, '$1 (<n>%)'],
];

const REST: Mask[] = [
	[/"Pid":(\s*)[1-9]\d*/g, '"Pid":$1<pid>'],
	[
		/has active endpoints \((.*)\)/g,
		(_all = '', list = '') => `has active endpoints (${list.split(', ').sort().join(', ')})`,
	],
	[/current node \([0-9a-z]{25}\)/g, 'current node (<node>)'],
	[/SWMTKN-[-0-9a-z]+/g, '<token>'],
];

/** The width of columns follows what was masked. */
const COLUMNS: Mask[] = [
	[/[ \t]+$/gm, ''],
	[/([^\s]) {2,}(?=\S)/g, '$1  '],
	[/-{5,}/g, '-----'],
];

/** The text with everything masked that may honestly differ. */
export function masked(text: string, options: MaskOptions = {}): string {
	const masks = [
		...TERMINAL,
		...CLIENT,
		...NAMES,
		...TIMES,
		...PORTS,
		...(options.maskIps ? [[/\b(?:172|10|192)\.\d+\.\d+\.\d+\b/g, '<ip>'] as Mask] : []),
		...(options.keepSizes ? [] : SIZES),
		...REST,
	];
	return apply(processTables(apply(text, masks)), COLUMNS);
}

function apply(text: string, masks: Mask[]): string {
	return masks.reduce(
		(done, [pattern, replace]) =>
			typeof replace === 'string' ? done.replace(pattern, replace) : done.replace(pattern, replace),
		text,
	);
}

/** Process numbers, start times and ages in `docker top` and in a container's `ps`. */
function processTables(text: string): string {
	let isTop = false;
	const lines = text.split('\n').map((line) => {
		if (/^UID\s+PID\s+PPID/.test(line)) {
			isTop = true;
			return line;
		}
		if (isTop && /^\S+\s+\d+\s+\d+\s/.test(line))
			return line.replace(
				/^(\S+)\s+\d+\s+\d+\s+\d+\s+\S+\s+(\S+)\s+\S+\s+/,
				'$1 <pid> <pid> <c> <stime> $2 <t> ',
			);
		const [, , pid, user = '', rest = ''] = /^(\s*)(\d+)(\s+\w+\s+\d:\d\d\s)(.*)$/.exec(line) ?? [];
		return pid === undefined || pid === '1' ? line : `<pid>${user}${rest}`;
	});
	return lines.join('\n');
}
