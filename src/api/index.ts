export * from './http.ts';
export * from './observe.ts';
