/** `npm start`: sets up what is missing, builds the site, serves it on loopback and prints its address. */
import { giveUp, run, say, setUp } from './setup.mjs';

await setUp();
say('building the site');
if (run('npx', ['--no-install', 'vite', 'build', '--logLevel', 'error']) !== 0)
	giveUp('the site could not be built; the reason is above.');
const { preview } = await import('vite');
const port = Number(process.env.PORT ?? 4173);
const server = await preview({ preview: { host: '127.0.0.1', port }, logLevel: 'error' }).catch((error) =>
	giveUp(`the site could not be served: ${error.message}. Set PORT to another number and try again.`),
);
say(`ready: ${server.resolvedUrls.local[0]}  (Ctrl-C stops it)`);
