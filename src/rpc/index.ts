export type { DuplexRef, StreamRef } from './message.ts';
export { Peer, type CallContext, type CallOptions, type Calls, type Handlers, type Streams } from './peer.ts';
export type { Port } from './port.ts';
