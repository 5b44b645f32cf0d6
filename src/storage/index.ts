export type * from './blob-store.ts';
export * from './memory.ts';
