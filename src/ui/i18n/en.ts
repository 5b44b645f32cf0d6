import { lessonsEn } from './en-lessons.ts';

/** Every sentence of the page. `{names}` are filled in. */
export const en = {
	...lessonsEn,
	'page.title': 'Drydock',
	'page.skipToLesson': 'Skip to the lesson',
	'page.skipToTerminal': 'Skip to the terminal',
	'page.language': 'Language',
	'page.theme': 'Colours',
	'theme.auto': 'As the system',
	'theme.light': 'Light',
	'theme.dark': 'Dark',
	'pane.lesson': 'Lesson',
	'pane.terminals': 'Terminals',
	'pane.resize': 'Width of the lesson',
	'lesson.minutes': 'About {minutes} minutes',
	'lesson.progress': '{passed} of {total} done',
	'lesson.done': 'All done',
	'lesson.doneText': 'Every step is done. The machine is still yours: try what you like.',
	'check.passed': 'Done',
	'check.waiting': 'Not yet',
	'check.hint': 'Hint',
	'check.announce': 'Done: {title}. {passed} of {total}.',
	'check.announceHint': 'Hint for “{title}”: {hint}',
	'command.run': 'Run in terminal {terminal}: {command}',
	'command.runHere': 'Run in the terminal: {command}',
	'command.copy': 'Copy: {command}',
	'command.copied': 'Copied',
	'terminal.name': 'Terminal {number}',
	'terminal.new': 'New terminal',
	'terminal.close': 'Close {name}',
	'terminal.rename': 'Name of this terminal',
	'terminal.tabHelp': 'Double-click or F2 to rename, Delete to close',
	'terminal.label': 'Terminal {number}. F6 leaves it.',
	'terminal.ended': 'The shell has ended (exit code {code}). Press Enter for a new one.',
	'terminal.typeAhead': 'You can type already: it runs as soon as the machine is up.',
	'boot.fetching': 'Fetching the machine',
	'boot.restoring': 'Waking the machine',
	'boot.booting': 'Starting Linux afresh, as the saved machine does not fit: this takes a little longer',
	'boot.silent':
		'The machine has not answered for half a minute. It may be very busy: wait, or start a new one.',
	'boot.restart': 'Start a new machine',
	'boot.connecting': 'Connecting to Docker',
	'boot.ready': 'The machine is ready',
	'boot.failed': 'The machine did not start',
	'boot.bytes': '{done} of {total} MB',
	'failure.details': 'Details',
	'failure.copy': 'Copy details',
	'failure.copied': 'Copied',
	'failure.reload': 'Reload the page',
	'failure.lessonStays': 'You can still read the lesson.',
	'failure.wasm.title': 'This browser cannot run the machine',
	'failure.wasm.text':
		'The practice machine needs WebAssembly, and this browser does not have it or has it switched off.',
	'failure.wasm.do':
		'Use a current Chrome, Edge, Firefox or Safari.|In a “lockdown” or “strict” mode, allow WebAssembly for this site.',
	'failure.memory.title': 'There is not enough memory for the machine',
	'failure.memory.text':
		'The machine needs about 600 MB of memory, and the browser could not provide that much.',
	'failure.memory.do':
		'Close other tabs and programs, then reload.|On a phone or a small computer, try another device.',
	'failure.file.title': 'A part of the machine could not be fetched',
	'failure.file.text': 'The file {file} is missing or could not be reached.',
	'failure.file.do':
		'Check your connection, then reload.|If this is your own copy of Drydock, run npm start again: it rebuilds what is missing.',
	'failure.corrupt.title': 'A part of the machine is damaged',
	'failure.corrupt.text': 'The file {file} is not what it should be, so it was not used.',
	'failure.corrupt.do':
		'Reload the page; hold Shift to bypass the cache.|If it stays so, the copy on the server is damaged: run npm start again there.',
	'failure.mismatch.title': 'The saved machine does not fit',
	'failure.mismatch.text': 'The saved state was made for another version of the machine, so it was not used.',
	'failure.mismatch.do':
		'Reload the page; hold Shift to bypass the cache.|If this is your own copy of Drydock, run npm start again: it saves a new state.',
	'failure.died.title': 'The machine has stopped',
	'failure.died.text': 'The machine ended unexpectedly. What was in it is lost.',
	'failure.died.do':
		'Reload the page for a fresh machine.|If it happens again, close other tabs: it may have run out of memory.',
	'failure.off.title': 'The machine was shut down',
	'failure.off.text':
		'A command inside ended it, as switching off a computer would. What was in its memory is gone, containers too.',
	'failure.off.do':
		'Reload the page for a fresh machine.|Process 1 ends the machine when it is told to end: kill 1, reboot and poweroff all do it.',
	'failure.other.title': 'The machine did not start',
	'failure.other.text': 'Something went wrong that should not have.',
	'failure.other.do': 'Reload the page.|If it happens again, copy the details below and report them.',
	'footer.licenses': 'Licences',
	'licenses.title': 'Licences',
	'licenses.intro':
		'Drydock is free software under the Apache License 2.0. It stands on the work of many others.',
	'licenses.page': 'In this page',
	'licenses.machine': 'In the machine and its images',
	'licenses.machineIntro':
		'Packages of Debian, as they are in the machine and the container images, and sources of Debian that programs in them were built from.',
	'licenses.package': 'Package',
	'licenses.version': 'Version',
	'licenses.licence': 'Licence',
	'licenses.back': 'Back to the lesson',
	'licenses.none': 'The list of the machine’s packages could not be read: {message}',
};

export type MessageKey = keyof typeof en;
