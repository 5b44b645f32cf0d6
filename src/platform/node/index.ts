export { systemClock } from './clock.ts';
export { machineFilesIn } from './machine-files.ts';
export { findWithin } from './patterns.ts';
export { fetchRegistry } from './registry.ts';
export { createNodeSandbox, type NodeSandboxOptions } from './sandbox.ts';
export { listenUnix, type UnixServer } from './unix-server.ts';
