export * from './client.ts';
export * from './json-lines.ts';
export { endingWith } from './connections.ts';
