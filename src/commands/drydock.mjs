#!/usr/bin/env node
/** `npx drydock …`: runs the TypeScript sources as they are. */
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
