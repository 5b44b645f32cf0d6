export { bakeState } from './bake.ts';
export { createLocalSandbox, type LocalSandbox, type LocalSandboxOptions } from './local.ts';
export * from './remote.ts';
export type { FetchHub } from './registry.ts';
export type * from './sandbox.ts';
