import { formatTime } from '../time.ts';
import type { LogEntry } from './log-segment.ts';

/** Of `{"log":"…","stream":"stdout","time":"…"}` and its newline, without the line. */
export const JSON_FRAME = 69;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line of json-file, with its newline. `attributes` are those that `--log-opt` asks for, in their order. */
export function jsonLine({ line, stream, at }: LogEntry, attributes: Record<string, string>): string {
	const attrs =
		Object.keys(attributes).length > 0 ? `,"attrs":${escapeHtml(JSON.stringify(attributes))}` : '';
	return `{"log":"${escape(decoder.decode(line))}","stream":"${stream}"${attrs},"time":"${formatTime(at)}"}\n`;
}

/** How long a line is in JSON, without what stands around it. */
export function jsonLength(line: Uint8Array): number {
	let length = line.length;
	for (const byte of line) {
		if (byte === 0x22 || byte === 0x5c || byte === 10 || byte === 13) length++;
		else if (byte < 32 || byte === 0x3c || byte === 0x3e || byte === 0x26) length += 5;
	}
	return length;
}

const SHORT: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

function escape(text: string): string {
	return text.replace(
		/[\u0000-\u001f"\\<>&\u2028\u2029\ufffd]/g,
		(character) => SHORT[character] ?? code(character),
	);
}

function escapeHtml(json: string): string {
	return json.replace(/[<>&\u2028\u2029]/g, code);
}

function code(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
