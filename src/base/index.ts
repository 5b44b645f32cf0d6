export * from './error.ts';
export * from './lock.ts';
export * from './ports.ts';
export * from './stream.ts';
