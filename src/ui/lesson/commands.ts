import type { Preferences } from '../preferences.svelte.ts';

/**
 * Gives the commands of a rendered text what only the page knows: what a click does, in the chosen language, a button that copies
 * instead, and the terminal's name where it is not the first.
 */
export function dressCommands(t: Preferences['t']): (host: HTMLElement) => void {
	return (host) => {
		for (const button of host.querySelectorAll<HTMLElement>('[data-command]')) {
			const command = button.dataset['command'] ?? '';
			const terminal = button.dataset['terminal'];
			const text = terminal ? t('command.run', { terminal, command }) : t('command.runHere', { command });
			button.title = text;
			button.setAttribute('aria-label', text);
			for (const code of button.querySelectorAll('code')) allowBreaks(code);
			const line = button.closest('.line');
			if (line && !line.querySelector('.copy')) line.append(copyButton(command, t));
		}
		for (const block of host.querySelectorAll<HTMLElement>('.console[data-terminal]')) {
			const terminal = block.dataset['terminal'] ?? '1';
			if (terminal !== '1') block.dataset['label'] = t('command.terminal', { terminal });
		}
	};
}

/** A long path or list of options may break after its separators, rather than inside a name. */
function allowBreaks(code: HTMLElement): void {
	const parts = (code.textContent ?? '').split(/(?<=[\w}][/,:=](?=[\w$]))/);
	code.replaceChildren(
		...parts.flatMap((part, index) => (index === 0 ? [part] : [document.createElement('wbr'), part])),
	);
}

function copyButton(command: string, t: Preferences['t']): HTMLButtonElement {
	const button = document.createElement('button');
	button.type = 'button';
	button.className = 'copy';
	button.title = t('command.copy', { command });
	button.setAttribute('aria-label', button.title);
	button.addEventListener('click', (event) => {
		event.stopPropagation();
		void navigator.clipboard.writeText(command).then(() => {
			button.classList.add('copied');
			button.title = t('command.copied');
			setTimeout(() => button.classList.remove('copied'), 1500);
		});
	});
	return button;
}
