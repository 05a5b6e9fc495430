import { createServer } from 'node:net';

/**
 * The phones of all players, in a process of their own: they take what they are sent, and say nothing. On the machine
 * of a real shard nobody is woken by what leaves it, and so nobody is here: they look five times a second, and sleep
 * outside of the event loop.
 */
const lookEveryMs = 200;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.resume();
});

server.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 }, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  process.send?.(address.port);
});

/** All are connected. */
process.on('message', function look() {
  Atomics.wait(sleeper, 0, 0, lookEveryMs);
  setImmediate(look);
});

process.on('disconnect', () => process.exit());
