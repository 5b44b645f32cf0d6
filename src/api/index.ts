export { connectHttp } from './http1/client.ts';
export { serveHttp, type ServeOptions } from './http1/server.ts';
export * from './http.ts';
export * from './observe.ts';
export * from './stdcopy.ts';
export * from './types/index.ts';
export { webSocketAccept, webSocketStream } from './websocket.ts';
