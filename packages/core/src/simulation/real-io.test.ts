import { exec } from 'node:child_process';
import crypto from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createReadStream, readFile, readFileSync, watch } from 'node:fs';
import { open, readFile as readFilePromise } from 'node:fs/promises';
import { Agent, createServer as createHttpServer, get } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import zlib from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { RealIoError, simulate, type SimulateOptions, type Simulation } from './index.ts';

const options: SimulateOptions = { seed: 1, start: 0 };

/** What the body left open, to be closed after each test. */
const opened: { destroy(): void }[] = [];
let http: Server;
let silent: Server;

beforeAll(async () => {
  http = createHttpServer((_, response) => response.end('answer'));
  silent = createServer((socket) => opened.push(socket));
  await Promise.all(
    [http, silent].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')),
  );
});

afterAll(() => {
  for (const one of opened.splice(0)) one.destroy();
  silent.close();
  http.close();
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${portOf(server)}/`;
const beginToRead = (): void => void readFilePromise(import.meta.filename);

function openSocket(): Socket {
  const socket = connect(portOf(silent), '127.0.0.1');
  socket.on('error', () => undefined);
  opened.push(socket);
  return socket;
}

async function failure(
  body: (sim: Simulation) => unknown,
  more: Partial<SimulateOptions> = {},
): Promise<RealIoError> {
  const outcome = await simulate({ ...options, ...more }, async (sim) => {
    await body(sim);
  }).catch((error: unknown) => error);
  if (outcome instanceof RealIoError) return outcome;
  throw new Error('no real input or output was found', { cause: outcome });
}

/** How it ends in real time, when the run has long failed, is nobody's concern. */
const whatever = (begun: unknown): Promise<unknown> =>
  Promise.resolve(begun).catch(() => undefined);

const ownFile = import.meta.filename;

/** Each begins something outside of the simulation, and waits for it. */
const ways: [kind: string, what: string, begin: () => unknown][] = [
  ['FSReqPromise', 'a file is read', () => readFilePromise(ownFile)],
  ['FSReqCallback', 'a file is read with a callback', () => promisify(readFile)(ownFile)],
  ['FSReqCallback', 'a file is streamed', () => once(createReadStream(ownFile), 'data')],
  ['FSReqPromise', 'a file is opened', async () => (await open(ownFile)).close()],
  [
    'FSEventWrap',
    'a folder is watched',
    () => {
      watch(import.meta.dirname).close();
    },
  ],
  ['GetAddrInfoReqWrap', 'a name is looked up', () => lookup('localhost')],
  ['TCPSocketWrap', 'a connection is opened', () => once(openSocket(), 'connect')],
  [
    'TCPServerWrap',
    'a port is listened on',
    () => {
      createServer().listen(0).close();
    },
  ],
  ['fetch', 'fetch is called', () => fetch(urlOf(http)).then((response) => response.text())],
  ['ProcessWrap', 'a process is started', () => promisify(exec)('true')],
  [
    'Worker',
    'a worker is started',
    () => new Worker('', { eval: true, stdout: false }).terminate(),
  ],
  ['crypto', 'a key is derived', () => promisify(crypto.scrypt)('word', 'salt', 16)],
  ['crypto', 'subtle digests', () => crypto.subtle.digest('SHA-256', new Uint8Array(3))],
  ['crypto', 'keys are made', () => promisify(crypto.generateKeyPair)('ed25519')],
  ['Zlib', 'something is packed', () => promisify(zlib.gzip)('text')],
];

describe('real input and output', () => {
  it.each(ways)('is found in the call that begins it, %s: %s', async (kind, _, begin) => {
    const error = await failure(async () => {
      const ticking = setInterval(() => undefined, 1000);
      await after(2500);
      const begun = whatever(begin());
      // It is found before it can be over, however long the program goes on.
      await after(1_000_000);
      await begun;
      clearInterval(ticking);
    });
    expect(error).toMatchObject({
      code: 'SIMULATION_REAL_IO',
      elapsedMs: 2500,
      resources: [kind],
    });
  });

  it('gives the same error sixty times of sixty, and names the place', async () => {
    const messages = new Set<string>();
    for (let i = 0; i < 60; i += 1) {
      const error = await failure(async () => {
        const reading = readFilePromise(ownFile);
        for (let k = 0; k < 200; k += 1) await after(1000);
        await reading;
      });
      messages.add(error.message);
    }
    expect([...messages]).toEqual([
      expect.stringMatching(/FSReqPromise.* at 0 ms .*real-io\.test\.ts\S*:\d+:\d+.*sim\.hold/s),
    ]);
  });

  it('is found when a promise, a timer, an immediate or a microtask begins it', async () => {
    const starts: (() => unknown)[] = [
      () => after(5).then(beginToRead),
      () => setTimeout(beginToRead, 5),
      () => setImmediate(beginToRead),
      () => queueMicrotask(beginToRead),
      () => process.nextTick(beginToRead),
    ];
    for (const start of starts) {
      const error = await failure(async () => {
        start();
        await after(10);
      });
      expect(error.resources).toEqual(['FSReqPromise']);
    }
  });

  it('is found on what was open before: a socket, a kept connection, a worker', async () => {
    const socket = openSocket();
    await once(socket, 'connect');
    const worker = new Worker(
      'require("node:worker_threads").parentPort.once("message", () => {})',
      {
        eval: true,
      },
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const request = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        get(urlOf(http), { agent }, (response) => response.resume().once('end', resolve)).once(
          'error',
          reject,
        );
      });
    await request();
    await (await fetch(urlOf(http))).text();
    try {
      const uses: [string, () => unknown][] = [
        ['TCPSocketWrap', () => socket.write('question')],
        ['TCPSocketWrap', request],
        ['fetch', () => fetch(urlOf(http)).then((response) => response.text())],
        ['Worker', () => worker.postMessage('work', [])],
      ];
      for (const [kind, use] of uses) {
        const error = await failure(async () => {
          await after(5);
          const begun = whatever(use());
          await after(1000);
          await begun;
        });
        expect(error).toMatchObject({ resources: [kind], elapsedMs: 5 });
      }
    } finally {
      agent.destroy();
      await worker.terminate();
    }
  });

  it('does not mean work that is done when its call returns, nor a log line', async () => {
    const result = await simulate(options, async () => {
      readFileSync(ownFile);
      zlib.gunzipSync(zlib.gzipSync('text'));
      crypto.scryptSync('word', 'salt', 16);
      const { privateKey } = crypto.generateKeyPairSync('ed25519');
      crypto.sign(null, Buffer.from('text'), privateKey);
      crypto.createHash('sha256').update('text').digest();
      crypto.randomBytes(4);
      crypto.randomFillSync(new Uint8Array(4));
      process.stderr.write('');
      await new Response('{"a":1}').json();
      structuredClone({ a: 1 });
      await after(10);
    });
    expect(result.virtualMs).toBe(10);
  });

  it('is allowed in a hold, and found again after it', async () => {
    const { value } = await simulate(options, (sim) =>
      sim.hold(async () => {
        await promisify(zlib.gzip)('text');
        return (await readFilePromise(ownFile, 'utf8')).length;
      }),
    );
    expect(value).toBeGreaterThan(0);
    const error = await failure(async (sim) => {
      await sim.hold(() => readFilePromise(ownFile));
      await after(7);
      await readFilePromise(ownFile);
    });
    expect(error.elapsedMs).toBe(7);
  });

  it('of whoever watches the run is no concern: in its pace, before, or beside it', async () => {
    const socket = openSocket();
    await once(socket, 'connect');
    const beside = (async (): Promise<number> => {
      let reads = 0;
      for (; reads < 20; reads += 1) await readFilePromise(ownFile);
      return reads;
    })();
    const result = await simulate(
      {
        ...options,
        pace: async () => {
          await readFilePromise(ownFile);
          socket.write('seen');
        },
      },
      () => after(10),
    );
    expect(result.virtualMs).toBe(10);
    expect(await beside).toBe(20);
  });

  it('of a kind that is named is no concern', async () => {
    const result = await simulate(
      { ...options, ignoredIo: ['TCPSocketWrap', 'TCPConnectWrap'] },
      async () => {
        openSocket();
        await after(10);
      },
    );
    expect(result.virtualMs).toBe(10);
  });

  it('that a hold has left open is an error when only it is waited for, or when the body is done', async () => {
    const waiting = await failure(async (sim) => {
      const socket = await sim.hold(async () => {
        const one = openSocket();
        await once(one, 'connect');
        return one;
      });
      await once(socket, 'data');
    });
    expect(waiting.message).toMatch(/left to wait for \(TCPSocketWrap\).*sim\.hold/);
    const left = await failure((sim) => sim.hold(() => once(openSocket(), 'connect')));
    expect(left.message).toMatch(/body is done.*TCP/);
  });

  it("is nobody's concern once the run has ended", async () => {
    await failure(() => readFilePromise(ownFile));
    expect((await readFilePromise(ownFile)).length).toBeGreaterThan(0);
    const late = simulate(options, () => after(10)).then(() => readFilePromise(ownFile));
    expect((await late).length).toBeGreaterThan(0);
  });
});
