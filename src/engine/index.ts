export * from './engine.ts';
export type * from './ports.ts';
