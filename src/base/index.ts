export * from './duration.ts';
export * from './error.ts';
export * from './lock.ts';
export * from './paths.ts';
export * from './matches.ts';
export * from './ports.ts';
export * from './quote.ts';
export * from './stream.ts';
