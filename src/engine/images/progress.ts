import type { ProgressMessage } from '#api';
import { humanSize } from '../units.ts';

export type Emit = (message: ProgressMessage) => void;

const BAR = 50;

/** A message about one layer, with a bar when there is something to measure. */
export function layerProgress(id: string, status: string, current?: number, total?: number): ProgressMessage {
	if (current === undefined || total === undefined) return { status, progressDetail: {}, id };
	return { status, progressDetail: { current, total }, progress: progressBar(current, total), id };
}

/** `[=====>     ]  33.79kB/2.311MB`. */
export function progressBar(current: number, total: number): string {
	const numbers = humanSize(current).padStart(8);
	if (total <= 0 || current > total) return `${bar(BAR)} ${numbers}`;
	const filled = Math.min(BAR, Math.trunc(Math.trunc((current / total) * 100) / 2));
	return `${bar(filled)} ${numbers}/${humanSize(total)}`;
}

function bar(filled: number): string {
	return `[${'='.repeat(filled)}>${' '.repeat(BAR - filled)}]`;
}
