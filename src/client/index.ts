export * from './client.ts';
export * from './json-lines.ts';
