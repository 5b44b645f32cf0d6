import { SandboxError } from '#base';
import { jsonLines } from '#client';
import type { Output } from '../context.ts';
import { humanSize } from '../formatter/units.ts';

interface Message {
	stream?: string;
	status?: string;
	id?: string;
	progressDetail?: { current?: number; total?: number; hidecounts?: boolean; units?: string };
	progress?: string;
	errorDetail?: { code?: number; message: string };
	error?: string;
	aux?: unknown;
}

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
		if (message.errorDetail)
			throw new SandboxError('internal', message.errorDetail.message, {
				detail: { exitCode: 1, bare: true },
			});
		if (!out.isTty) {
			await out.write(plain(message));
			continue;
		}
		await out.write(positioned(message, lines, options.cols));
	}
}

function plain(message: Message): string {
	if (hasProgress(message)) return '';
	return message.stream !== undefined
		? message.stream
		: `${message.id ? `${message.id}: ` : ''}${message.status ?? ''}\n`;
}

function hasProgress({ progressDetail, progress }: Message): boolean {
	return Boolean(progress) || (progressDetail?.current ?? 0) > 0 || (progressDetail?.total ?? 0) > 0;
}

/** One message with the escapes that put it on its id's line. */
function positioned(message: Message, lines: Map<string, number>, cols: number): string {
	if (!message.id || (!message.progressDetail && !message.progress)) {
		// A message without id ends the block of lines that are redrawn.
		if (!message.progressDetail && !message.progress) {
			lines.clear();
			return plain(message)
				.replace(/\n$/, message.stream === undefined ? '\r\n' : '\n')
				.replace('\r\n', '\n');
		}
		return drawLine(message, cols);
	}
	const known = lines.get(message.id);
	if (known === undefined) {
		lines.set(message.id, lines.size);
		return `${drawLine(message, cols)}\n`;
	}
	const up = lines.size - known;
	return `\x1b[${up}A\x1b[2K\r${drawLine(message, cols)}\x1b[${up}B\r`;
}

function drawLine(message: Message, cols: number): string {
	const head = `${message.id ? `${message.id}: ` : ''}${message.status ?? ''}`;
	const bar = progressText(message, cols);
	return bar === '' ? `${head} ` : `${head} ${bar}`;
}

/** `[====>     ]  1.2MB/4.3MB`; the bar only on terminals wider than 110 columns. */
function progressText({ progressDetail, progress }: Message, cols: number): string {
	const { current = 0, total = 0 } = progressDetail ?? {};
	if (progress) return progress;
	if (current <= 0 && total <= 0) return '';
	if (total <= 0) return humanSize(current).padStart(8);
	const percent = Math.min(50, Math.trunc(((current / total) * 100) / 2));
	const bar = cols > 110 ? `[${'='.repeat(percent)}>${' '.repeat(Math.max(0, 50 - percent))}] ` : '';
	return `${bar}${humanSize(current).padStart(8)}/${humanSize(total)}`;
}
