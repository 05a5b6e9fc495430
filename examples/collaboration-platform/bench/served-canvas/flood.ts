import { once } from 'node:events';
import { request } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { encode } from '../../src/serve/wire.ts';
import { emptyUpdate } from '../../src/domain/canvas.ts';
import { identify } from '../../test/serve-client.ts';
import { floods } from './flood-kinds.ts';
import { argumentOf, tell } from './processes.ts';

/** One client that does as much of one thing as it can, in a process of its own. */
const { url, roomId, kind, seconds } = argumentOf(
  z.object({
    url: z.string(),
    roomId: z.string(),
    kind: z.enum(floods),
    seconds: z.number(),
  }),
);

const until = performance.now() + seconds * 1_000;
const identity = await identify(url);
/** What the client keeps on its way, so that it does not drown itself. */
const mostBuffered = 4 * 1_024 * 1_024;
let done = 0;

const stamps = Array.from({ length: 500 }, (_, number) => ({
  id: `${number}`.padEnd(128, '-'),
  by: '',
  atMs: 0,
  kind: 'write',
  shapeId: '',
  isLate: false,
}));
const loads = {
  messages: encode({ type: 'ping' }),
  acknowledgements: encode({ type: 'update', update: emptyUpdate, stamps }),
  bytes: encode({ type: 'update', update: new Uint8Array(1_000_000), stamps: [] }),
};

async function sendAll(load: Uint8Array): Promise<void> {
  while (performance.now() < until) {
    const socket = new WebSocket(url.replace(/^http/, 'ws'));
    socket.on('error', () => {});
    const opened = once(socket, 'open').then(
      () => true,
      () => false,
    );
    if (!(await opened)) continue;
    const hello = { type: 'hello', ...identity, roomId, wish: 'editor', clientId: 7 };
    socket.send(encode(hello));
    // Nothing of what comes is read.
    if (kind === 'acknowledgements') socket.pause();
    while (socket.readyState === WebSocket.OPEN && performance.now() < until) {
      for (let n = 0; n < 100 && socket.bufferedAmount < mostBuffered; n += 1) {
        socket.send(load);
        done += 1;
      }
      await turn();
    }
    socket.terminate();
  }
}

async function connectAll(): Promise<void> {
  const open = new Set<WebSocket>();
  while (performance.now() < until) {
    const socket = new WebSocket(url.replace(/^http/, 'ws'));
    done += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    if (open.size > 100) await once(socket, 'close').catch(() => {});
    await turn();
  }
  for (const socket of open) socket.terminate();
}

async function requestAll(): Promise<void> {
  const lines = Array.from({ length: 64 }, async () => {
    while (performance.now() < until) {
      const asked = request(new URL('/identities', url), { method: 'POST' });
      done += 1;
      await new Promise<void>((resolve) => {
        asked.on('error', () => resolve());
        asked.on('response', (response) => response.resume().on('close', () => resolve()));
        asked.end();
      });
    }
  });
  await Promise.all(lines);
}

if (kind === 'connections') await connectAll();
else if (kind === 'requests') await requestAll();
else await sendAll(loads[kind]);
tell({ done });
process.disconnect();
