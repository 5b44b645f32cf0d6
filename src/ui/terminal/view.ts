import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal, type ITheme } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { followSwipes } from './swipe.ts';

const theme: ITheme = {
	background: '#10171f',
	foreground: '#d5dde5',
	cursor: '#7fd6cb',
	cursorAccent: '#10171f',
	selectionBackground: '#2f5560',
	selectionForeground: '#f2f6f8',
	black: '#1d2833',
	red: '#ec7f78',
	green: '#7fc98b',
	yellow: '#e0b566',
	blue: '#79aee8',
	magenta: '#c596e0',
	cyan: '#6ccac4',
	white: '#d5dde5',
	brightBlack: '#73869a',
	brightRed: '#ffa29b',
	brightGreen: '#a0e2aa',
	brightYellow: '#f3cf8b',
	brightBlue: '#9fc7f5',
	brightMagenta: '#dab4f0',
	brightCyan: '#93e3de',
	brightWhite: '#f6f9fb',
};

const fontFamily =
	'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", "Sarasa Mono SC", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace';

/** Keys that the keyboard of a telephone lacks. */
export type TerminalKey = 'ctrl-c' | 'ctrl-d' | 'tab' | 'esc' | 'up' | 'down' | 'left' | 'right';

const CONTROLS: Partial<Record<TerminalKey, string>> = {
	'ctrl-c': '\x03',
	'ctrl-d': '\x04',
	tab: '\t',
	esc: '\x1b',
};
const ARROWS: Partial<Record<TerminalKey, string>> = { up: 'A', down: 'B', right: 'C', left: 'D' };

export interface ViewOptions {
	label: string;
	/** What is on the screen is read aloud. */
	isRead: boolean;
	onInput(data: string): void;
	onResize(rows: number, cols: number): void;
	/** The learner wants out of the terminal by keyboard. */
	onLeave(): void;
}

/** An xterm on the page, without anything behind it yet. */
export class TerminalView {
	readonly #xterm: Terminal;
	readonly #fit = new FitAddon();
	readonly #observer: ResizeObserver;
	readonly #endSwipes: () => void;

	constructor(host: HTMLElement, options: ViewOptions) {
		const isTelephone = matchMedia('(max-width: 600px)').matches;
		this.#xterm = new Terminal({
			theme,
			fontFamily,
			// On a telephone a column more counts for more than a larger letter.
			fontSize: isTelephone ? 12 : 14,
			lineHeight: 1.25,
			cursorBlink: false,
			cursorStyle: 'bar',
			cursorInactiveStyle: 'outline',
			scrollback: 10_000,
			minimumContrastRatio: 4.5,
			macOptionIsMeta: true,
			rightClickSelectsWord: true,
			screenReaderMode: options.isRead,
			// How wide the scrollbar is.
			overviewRuler: { width: isTelephone ? 5 : 10 },
		});
		this.#xterm.loadAddon(this.#fit);
		this.#xterm.loadAddon(new WebLinksAddon());
		this.#xterm.open(host);
		this.label = options.label;
		this.#xterm.onData(options.onInput);
		this.#xterm.onResize(({ rows, cols }) => options.onResize(rows, cols));
		this.#xterm.attachCustomKeyEventHandler((event) => this.#onKey(event, options.onLeave));
		this.#observer = new ResizeObserver(() => this.fit());
		this.#observer.observe(host);
		const rowHeight = (): number => host.clientHeight / Math.max(1, this.#xterm.rows);
		this.#endSwipes = followSwipes(host, rowHeight, (rows) => this.#scroll(rows));
		this.fit();
	}

	get rows(): number {
		return this.#xterm.rows;
	}

	get cols(): number {
		return this.#xterm.cols;
	}

	set label(text: string) {
		this.#xterm.textarea?.setAttribute('aria-label', text);
	}

	set isRead(is: boolean) {
		this.#xterm.options.screenReaderMode = is;
	}

	/** Resolves once the bytes are on the screen's model, so that whoever sends them can wait. */
	write(data: Uint8Array | string): Promise<void> {
		return new Promise((written) => this.#xterm.write(data, written));
	}

	/** As if pasted: brackets it when the program asked for that. */
	paste(text: string): void {
		this.#xterm.paste(text);
	}

	/** As if pressed on a keyboard. */
	press(key: TerminalKey): void {
		const { applicationCursorKeysMode } = this.#xterm.modes;
		const arrow = ARROWS[key];
		const introducer = applicationCursorKeysMode ? '\x1bO' : '\x1b[';
		this.#xterm.input(arrow ? introducer + arrow : (CONTROLS[key] ?? ''));
	}

	reset(): void {
		this.#xterm.reset();
	}

	focus(): void {
		this.#xterm.focus();
	}

	fit(): void {
		// A hidden host has no size to fit.
		if (this.#xterm.element?.offsetParent) this.#fit.fit();
	}

	/** What is on the screen and above it, as text. */
	text(): string {
		const buffer = this.#xterm.buffer.active;
		const lines: string[] = [];
		for (let y = 0; y < buffer.length; y++) {
			const line = buffer.getLine(y);
			if (line?.isWrapped && lines.length > 0) lines[lines.length - 1] += line.translateToString(true);
			else lines.push(line?.translateToString(true) ?? '');
		}
		return lines.join('\n').trimEnd();
	}

	dispose(): void {
		this.#observer.disconnect();
		this.#endSwipes();
		this.#xterm.dispose();
	}

	/** A program that fills the screen has nothing above it: it gets keys instead, as from a wheel. */
	#scroll(rows: number): void {
		if (this.#xterm.buffer.active.type === 'normal') return this.#xterm.scrollLines(rows);
		for (let row = 0; row < Math.abs(rows); row++) this.press(rows < 0 ? 'up' : 'down');
	}

	/** Returns false for keys that xterm must leave alone. */
	#onKey(event: KeyboardEvent, onLeave: () => void): boolean {
		if (event.type !== 'keydown') return true;
		const key = event.key.toLowerCase();
		const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
		if (event.key === 'F6') {
			event.preventDefault();
			onLeave();
			return false;
		}
		// The browser pastes; xterm takes the paste from there.
		if (isCommand && key === 'v') return false;
		// Ctrl-C copies while something is selected, and interrupts otherwise.
		if (isCommand && key === 'c' && (event.shiftKey || this.#xterm.hasSelection())) {
			event.preventDefault();
			void navigator.clipboard.writeText(this.#xterm.getSelection());
			this.#xterm.clearSelection();
			return false;
		}
		return true;
	}
}
