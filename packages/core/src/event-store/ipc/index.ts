export { ParentGoneError, RemoteSqlError } from './errors.ts';
export { openIpcEventStore, type IpcEventStoreOptions } from './ipc-event-store.ts';
export type { Channel, Welcome } from './messages.ts';
export { type DatabaseServer, serveChildren } from './serve-children.ts';
