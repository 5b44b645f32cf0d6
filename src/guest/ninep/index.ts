export type { BlobFetch } from './blobs.ts';
export { parseRootTree } from './root-tree.ts';
export { NinePServer, type NinePOptions, type SavedFid } from './server.ts';
