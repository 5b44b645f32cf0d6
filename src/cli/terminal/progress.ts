import { SandboxError } from '#base';
import { jsonLines } from '#client';
import type { Output } from '../context.ts';
import { humanSize } from '../formatter/units.ts';

interface Progress {
	current?: number;
	total?: number;
	hidecounts?: boolean;
	units?: string;
}

interface Message {
	stream?: string;
	status?: string;
	id?: string;
	progressDetail?: Progress;
	progress?: string;
	errorDetail?: { code?: number; message: string };
	error?: string;
	aux?: unknown;
}

/** The width that is assumed where there is no terminal. */
const NO_TERMINAL = 200;

/**
 * Draws a stream of Docker's JSON messages: on a terminal each id keeps its line and is redrawn in place, elsewhere each message is a
 * line and progress is left out. Throws the error that the stream carries.
 */
export async function drawMessages(
	body: ReadableStream<Uint8Array>,
	out: Output,
	options: { cols: number; onAux?: (aux: unknown) => void },
): Promise<void> {
	const lines = new Map<string, number>();
	for await (const line of jsonLines(body)) {
		const message = JSON.parse(line) as Message;
		if (message.aux !== undefined) {
			options.onAux?.(message.aux);
			continue;
		}
		const text = out.isTty ? positioned(message, lines, options.cols || NO_TERMINAL) : plain(message);
		if (text !== '') await out.write(text);
		const failure = message.errorDetail ?? (message.error === undefined ? null : { message: message.error });
		if (!failure) continue;
		const exitCode = (failure as { code?: number }).code ?? 1;
		throw new SandboxError('internal', failure.message, { detail: { exitCode, bare: true } });
	}
}

/** A message as a line of its own; nothing for one that only tells how far something is. */
function plain(message: Message): string {
	if (message.errorDetail || message.error !== undefined) return '';
	if (message.progressDetail && progressText(message.progressDetail, NO_TERMINAL) !== '') return '';
	if (message.stream) return message.stream;
	return `${message.id ? `${message.id}: ` : ''}${message.status ?? ''}\n`;
}

/** A message with the escapes that put it on its id's line and bring the cursor back. */
function positioned(message: Message, lines: Map<string, number>, cols: number): string {
	const { id, progressDetail } = message;
	if (message.errorDetail || message.error !== undefined) return '';
	if (!id || (!progressDetail && !message.progress)) {
		// What is no progress ends the block of lines that are redrawn: their distance is no longer known.
		lines.clear();
		return drawn(message, cols);
	}
	const isNew = !lines.has(id);
	if (isNew) lines.set(id, lines.size);
	const up = lines.size - (lines.get(id) ?? 0);
	return `${isNew ? '\n' : ''}\x1b[${up}A${drawn(message, cols)}\x1b[${up}B`;
}

function drawn({ id, status = '', stream, progressDetail, progress }: Message, cols: number): string {
	const head = id ? `${id}: ` : '';
	if (progressDetail && !stream) return `\x1b[2K\r${head}${status} ${progressText(progressDetail, cols)}\r`;
	if (progress) return `${head}${status} ${progress}`;
	return stream ? `${head}${stream}` : `${head}${status}\n`;
}

/** `[====>     ]  1.2MB/4.3MB`; the bar only on terminals wider than 110 columns. */
function progressText({ current = 0, total = 0, hidecounts, units = '' }: Progress, cols: number): string {
	if (current <= 0 && total <= 0) return '';
	const amount = (count: number) => (units === '' ? humanSize(count) : String(count));
	const unit = units === '' ? '' : ` ${units}`;
	if (total <= 0) return units === '' ? amount(current).padStart(8) : `${current}${unit}`;
	const percent = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
	const bar = cols > 110 ? `[${'='.repeat(percent)}>${' '.repeat(50 - percent)}] ` : '';
	if (hidecounts) return bar;
	const shown = units === '' ? amount(current).padStart(8) : amount(current);
	return current > total ? `${bar}${shown}${unit}` : `${bar}${shown}/${amount(total)}${unit}`;
}
