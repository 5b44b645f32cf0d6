import type { ImageSummary } from '#api';
import type { CommandContext } from '../../context.ts';
import { shortId } from '../../formatter/text.ts';
import { displayWidth } from '../../formatter/tabwriter.ts';
import { humanSizeWithPrecision } from '../../formatter/units.ts';

const SPACING = 3;
/** Narrower columns of names are not drawn: others go first. */
const LEAST_NAMES = 12;

type Paint = (text: string) => string;
const paint =
	(...codes: number[]): Paint =>
	(text) =>
		`${codes.map((code) => `\x1b[${code}m`).join('')}${text}\x1b[0m`;
const plain: Paint = (text) => text;

/** Titles are painted wherever they go, as the real command does. */
const title = paint(39, 1);
const warning = paint(93);
const named = paint(34, 1);
const untagged = paint(39, 2);
const detail = paint(39);

interface Column {
	title: string;
	width: number;
	right?: boolean;
	value: (image: ImageSummary) => string;
	/** Has colours of its own. */
	unpainted?: boolean;
}

/** `docker images --tree`. The images of a graph driver have no variants below them. */
export function drawTree(context: CommandContext, images: readonly ImageSummary[]): string {
	const { isTty } = context.stdout;
	const cols = context.terminal.size().cols;
	const width = Math.max(20, cols || 80);
	const onTerminal = (painter: Paint) => (isTty ? painter : plain);
	const sorted = [...images].sort((a, b) => b.Created - a.Created);
	const { names, columns } = layOut(width, sorted, isTty);
	const lines = [
		onTerminal(warning)(
			"WARNING: This is an experimental feature. The output may change and shouldn't be depended on.",
		),
		legend(width, isTty),
		'',
		[
			left('IMAGE', names, title),
			...columns.map((column) => (column.right ? right : left)(column.title, column.width, title)),
		].join(' '.repeat(SPACING)),
	];
	for (const image of sorted) {
		const tags = [...(image.RepoTags ?? [])].sort((a, b) => b.length - a.length);
		const last = tags.pop();
		for (const tag of tags) lines.push(onTerminal(named)(shortened(tag, cols)));
		lines.push(
			[
				last === undefined
					? left('<untagged>', names, onTerminal(untagged))
					: left(last, names, onTerminal(named)),
				...columns.map((column) =>
					(column.right ? right : left)(
						column.value(image),
						column.width,
						column.unpainted ? plain : onTerminal(detail),
					),
				),
			].join(' '.repeat(SPACING)),
		);
	}
	return `${lines.join('\n')}\n`;
}

/** The columns that fit, and what is left for the names. */
function layOut(
	width: number,
	images: readonly ImageSummary[],
	isTty: boolean,
): { names: number; columns: Column[] } {
	const isUsed = (image: ImageSummary) => image.Containers > 0;
	const chip = (image: ImageSummary) => (isUsed(image) ? chipText(isTty) : isTty ? '   ' : ' ');
	const columns: Column[] = [
		{ title: 'ID', width: 12, value: ({ Id }) => shortId(Id) },
		{ title: 'DISK USAGE', width: 10, right: true, value: ({ Size }) => humanSizeWithPrecision(Size) },
		{ title: 'CONTENT SIZE', width: 12, right: true, value: () => humanSizeWithPrecision(0) },
		{ title: 'EXTRA', width: 5, unpainted: true, value: images.some(isUsed) ? chip : () => '' },
	];
	let names = width;
	let fitting = 0;
	for (const column of columns) {
		const taken = column.width + SPACING;
		if (names - taken < LEAST_NAMES) break;
		names -= taken;
		fitting++;
	}
	const widest = Math.max(
		'Image'.length,
		...images.flatMap(({ RepoTags }) => RepoTags ?? []).map(byteLength),
	);
	return { names: Math.min(names, widest), columns: columns.slice(0, fitting) };
}

function chipText(isTty: boolean): string {
	return isTty ? '\x1b[38;5;0m\x1b[48;5;14m U \x1b[0m' : 'U';
}

function legend(width: number, isTty: boolean): string {
	const head = isTty ? paint(1)(`${paint(106, 30)('i')}\x1b[0m ${paint(96)('Info → ')}`) : ' Info -> ';
	const text = `${head} ${chipText(isTty)} In Use `;
	return ' '.repeat(Math.max(0, width - visibleWidth(text))) + text;
}

function left(text: string, width: number, painter: Paint): string {
	const missing = width - visibleWidth(text);
	return missing < 0 ? painter(shortened(text, width)) : painter(text) + ' '.repeat(missing);
}

function right(text: string, width: number, painter: Paint): string {
	const missing = width - visibleWidth(text);
	return missing < 0 ? painter(shortened(text, width)) : ' '.repeat(missing) + painter(text);
}

function visibleWidth(text: string): number {
	return displayWidth(text.replace(/\x1b\[[0-9;]*m/g, ''));
}

/** With an ellipsis as its last character when it is that long or longer; never where the width is not known. */
function shortened(text: string, length: number): string {
	const characters = [...text];
	return length <= 0 || characters.length < length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function byteLength(text: string): number {
	return new TextEncoder().encode(text).length;
}
