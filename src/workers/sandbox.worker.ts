import { machineFilesAhead } from '#platform/browser';

// A small program, so that the machine's files are on their way before the large one is.
// The page names its worker after the address that the site's files are found from.
const base = self.name;
const fetchMachine = machineFilesAhead(new URL('vm/', base).href);

/** What the page says before there is anyone to listen. */
const early: MessageEvent<unknown>[] = [];
const keep = (event: MessageEvent<unknown>): void => void early.push(event);
self.addEventListener('message', keep);

import('./sandbox.ts').then(
	({ serve }) => {
		self.removeEventListener('message', keep);
		serve(base, fetchMachine);
		for (const { data } of early) self.dispatchEvent(new MessageEvent<unknown>('message', { data }));
	},
	(error: unknown) => {
		// Not a rejection: only an error reaches the page.
		setTimeout(() => {
			throw error;
		});
	},
);
