import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

/** Real connections over loopback to the phones of so many players. */
export interface Phones {
  /** The connection of the player with this number, from 0. */
  socketOf(number: number): Socket;
  close(): Promise<void>;
}

/** So many connections are asked for at once. */
const atOnce = 200;

/** @throws Error when the phones cannot be reached, for example where a process may not have so many files. */
export async function connectPhones(count: number): Promise<Phones> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'phones-child.ts'));
  const [port]: unknown[] = await once(child, 'message');
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(atOnce, count - sockets.length) }, () =>
      connect({ port: Number(port), host: '127.0.0.1', noDelay: true }),
    );
    await Promise.all(some.map((socket) => once(socket, 'connect')));
    sockets.push(...some);
  }
  child.send('all are connected');
  return {
    socketOf(number) {
      const socket = sockets[number];
      if (socket === undefined) throw new RangeError(`There is no phone ${number}.`);
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
