export { serveCommands, type HostCommand } from './commands.ts';
export * from './ninep/index.ts';
export type { LayerExport } from './runtime/layers.ts';
export { GuestRuntime, type GuestRuntimeOptions } from './runtime/runtime.ts';
export type { ControlPort } from './session/port.ts';
export { Session, type SessionListener, type SessionOptions } from './session/session.ts';
