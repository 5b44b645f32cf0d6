export * from './error.ts';
export * from './ports.ts';
export * from './stream.ts';
