import { LOCALES, type Locale } from '#tutor';
import { message, type MessageKey } from './i18n/messages.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What the learner has chosen for this browser. Where nothing can be stored, a choice lasts as long as the page. */
export class Preferences {
	locale = $state<Locale>('en');
	theme = $state<Theme>('auto');
	/** The lesson's share of the width, in percent. */
	split = $state(42);
	/** Whether the terminals are read aloud, by what reads the screen to those who cannot see it. */
	readsTerminals = $state(false);

	constructor() {
		this.locale = stored('locale', LOCALES) ?? preferredLocale();
		this.theme = stored('theme', THEMES) ?? 'auto';
		this.readsTerminals = read('reads-terminals') === 'true';
		const split = Number(read('split'));
		if (split >= 20 && split <= 80) this.split = split;
	}

	/** A sentence of the page in the chosen language. */
	readonly t = (key: MessageKey, values?: Record<string, string | number>): string =>
		message(this.locale, key, values);

	/** Shows the choices on the document and keeps them; to be run as an effect. */
	apply(): void {
		const root = document.documentElement;
		root.lang = this.locale;
		root.dataset['theme'] = this.theme;
		write('locale', this.locale);
		write('theme', this.theme);
		write('split', String(this.split));
		write('reads-terminals', String(this.readsTerminals));
	}
}

function preferredLocale(): Locale {
	return navigator.languages.some((language) => /^zh\b/i.test(language)) &&
		!navigator.languages[0]?.startsWith('en')
		? 'zh-CN'
		: 'en';
}

function stored<T extends string>(name: string, allowed: readonly T[]): T | undefined {
	const value = read(name);
	return allowed.find((one) => one === value);
}

/** Storage may be switched off altogether; then there is nothing to read, and nothing to tell anyone. */
function read(name: string): string | null {
	try {
		return localStorage.getItem(`drydock.${name}`);
	} catch {
		return null;
	}
}

function write(name: string, value: string): void {
	try {
		localStorage.setItem(`drydock.${name}`, value);
	} catch {
		return;
	}
}
