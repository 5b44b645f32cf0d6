/** Plays the lesson whose folder is its argument, in a process of its own. */
import { register } from 'tsx/esm/api';

register();
const { playHere } = await import('./test.ts');
await playHere(process.argv[2]);
process.disconnect();
