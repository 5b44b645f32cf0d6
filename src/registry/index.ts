export { createRegistry, type RegistryOptions } from './registry.ts';
export type { FetchHub } from './hub.ts';
