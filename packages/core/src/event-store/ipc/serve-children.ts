import type { SqlDatabase } from '../sql/sql-database.ts';
import type { Channel, Welcome } from './messages.ts';
import { ServedChild } from './served-child.ts';
import { Turns } from './turns.ts';

/** A database that the children of this process use over their IPC channels. */
export interface DatabaseServer {
  /**
   * Serves a child, forked with `serialization: 'advanced'`, until it ends. What it had open is then
   * rolled back, so that nobody waits for it.
   */
  serve(child: Channel): void;
  /** Rolls back what is open and answers no child any more. Resolves when the database is free. */
  close(): Promise<void>;
}

/**
 * Shares the one connection of an embedded database with child processes: a database that allows one
 * process only then serves several. The children take turns, one statement or one transaction each; a
 * child that lives and never ends its transaction makes the others wait.
 */
export function serveChildren(database: SqlDatabase, welcome: Welcome): DatabaseServer {
  const turns = new Turns<ServedChild>();
  const leaving = new Set<() => void>();
  return {
    serve(channel) {
      if (channel.connected === false) return;
      const child = new ServedChild(channel, { database, welcome, turns });
      const onMessage = (message: unknown): void => {
        child.receive(message);
      };
      const leave = (): void => {
        leaving.delete(leave);
        channel.off('message', onMessage);
        channel.off('disconnect', leave);
        child.leave();
      };
      leaving.add(leave);
      channel.on('message', onMessage);
      channel.on('disconnect', leave);
    },

    async close() {
      for (const leave of leaving) leave();
      await turns.onIdle();
    },
  };
}
