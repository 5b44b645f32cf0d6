export type { BlobFetch } from './blobs.ts';
export type { SavedFid } from './fids.ts';
export { NinePServer, type NinePOptions, type Reply } from './server.ts';
