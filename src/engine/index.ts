export * from './engine.ts';
export { copyImage, type CopiedImage, type ImageSink } from './registry/copy.ts';
export type * from './ports.ts';
