import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRegistry } from '../src/serve/registry.ts';
import { closeCodes } from '../src/serve/sockets.ts';
import { type Serving, startServing } from '../src/serve/start.ts';
import { decode, encode } from '../src/serve/wire.ts';

function isRefused(bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return false;
  } catch {
    return true;
  }
}

describe('the wire', () => {
  test('gives back what was sent, binary fields included', () => {
    const message = fc.record({
      type: fc.constant('state'),
      update: fc.uint8Array(),
      vector: fc.uint8Array(),
      text: fc.string(),
      numbers: fc.array(fc.integer()),
    });
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(encode(sent))).toEqual(sent);
        expect(decode(Buffer.from(encode(sent)))).toEqual(sent);
      }),
    );
  });

  test('what came as a Buffer can be sent on', () => {
    const sent = { update: Uint8Array.of(1, 2, 3) };
    const received = decode(Buffer.from(encode(sent)));
    expect(decode(encode(Object(received)))).toEqual(sent);
  });

  test('throws for bytes that are no message, and never runs on', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        // Hardly any bytes are a message, and those that are decode to JSON.
        expect(isRefused(bytes) || JSON.stringify(decode(bytes)) !== undefined).toBe(true);
      }),
    );
    expect(() => decode(encode({ update: Uint8Array.of(1, 2, 3) }).subarray(0, -1))).toThrow(
      '3 bytes are missing',
    );
  });
});

describe('the registry', () => {
  test('makes the first in a room its admin, and the others what they wish for', async () => {
    const registry = createRegistry();
    registry.welcome('ada', 'r', 'viewer');
    registry.welcome('bruno', 'r', 'viewer');
    registry.welcome('chidi', 'r', 'editor');
    const roleOf = async (id: string) => (await registry.ports.checkPermission(id, 'r')).role;
    expect([await roleOf('ada'), await roleOf('bruno'), await roleOf('chidi')]).toEqual([
      'admin',
      'viewer',
      'editor',
    ]);
  });

  test('whoever was removed is not let in again by coming again', async () => {
    const registry = createRegistry();
    registry.welcome('ada', 'r', 'editor');
    registry.welcome('bruno', 'r', 'editor');
    await registry.ports.decide({ roomId: 'r', personId: 'bruno', role: undefined, by: 'ada' });
    registry.welcome('bruno', 'r', 'editor');
    expect(await registry.ports.checkPermission('bruno', 'r')).toEqual({
      role: undefined,
      number: 1,
    });
  });

  test('believes only the identities that it issued', () => {
    const registry = createRegistry();
    const identity = registry.issue();
    expect(registry.isGenuine(identity)).toBe(true);
    expect(registry.isGenuine({ ...identity, personId: registry.issue().personId })).toBe(false);
    expect(registry.isGenuine({ ...identity, proof: '' })).toBe(false);
    expect(createRegistry().isGenuine(identity)).toBe(false);
  });
});

/** Why the server ends a connection that begins with this. */
const codeAfter = async (socket: WebSocket, first: object): Promise<number> => {
  socket.on('open', () => socket.send(encode(first)));
  const [code]: unknown[] = await once(socket, 'close');
  return Number(code);
};

describe('the server', () => {
  const started: Serving[] = [];
  const start = async (): Promise<URL> => {
    const serving = await startServing({ host: '127.0.0.1', port: 0 });
    started.push(serving);
    return new URL(serving.url);
  };
  afterEach(async () => {
    for (const serving of started.splice(0)) await serving.stop();
  });

  test('does not talk to a page of another origin', async () => {
    const { host } = await start();
    const socket = new WebSocket(`ws://${host}/`, { origin: 'https://elsewhere.example' });
    expect(await codeAfter(socket, {})).toBe(closeCodes.policy);
  });

  test('does not talk to somebody who is not who they say, or makes no sense', async () => {
    const { host } = await start();
    const hello = { type: 'hello', personId: 'p-1', proof: '00', roomId: 'r', wish: 'editor' };
    expect(await codeAfter(new WebSocket(`ws://${host}/`), hello)).toBe(closeCodes.unknownPerson);
    expect(await codeAfter(new WebSocket(`ws://${host}/`), { type: 'what?' })).toBe(
      closeCodes.policy,
    );
  });

  test('serves the page and its modules, and nothing outside of them', async () => {
    const { href } = await start();
    const statusOf = async (path: string): Promise<number> => (await fetch(href + path)).status;
    expect(await statusOf('')).toBe(200);
    expect(await statusOf('src/serve/page/page.ts')).toBe(200);
    expect(await statusOf('modules/yjs/dist/yjs.mjs')).toBe(200);
    for (const path of [
      'package.json',
      'src/%2e%2e/package.json',
      'src/..%2fpackage.json',
      'modules/yjs/..%2f..%2f..%2fpackage.json',
      'src/serve/nothing.ts',
    ]) {
      expect(await statusOf(path), path).toBe(404);
    }
  });
});

/** Runs the program as pnpm does. */
function run(...args: string[]) {
  const program = fileURLToPath(new URL('../src/serve.ts', import.meta.url));
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    program,
    ...args,
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code]: unknown[]) => ({ code, output }));
  return { child, ended, firstOutput: () => once(child.stdout, 'data') };
}

describe('the program', () => {
  test('--help says what there is to choose', async () => {
    const { code, output } = await run('--', '--help').ended;
    expect(code).toBe(0);
    expect(output).toMatch(/--port .*\n.*--host/);
  });

  test.each([
    ['--port=much', 'Use a whole number from 0 to 65535'],
    ['--prot=1', "Unknown option '--prot'"],
  ])('%s is refused with exit code 2 and no stack', async (flag, remedy) => {
    const { code, output } = await run(flag).ended;
    expect(code).toBe(2);
    expect(output).toContain(remedy);
    expect(output).not.toContain('    at ');
  });

  test('a port that is taken is refused with exit code 2 and a remedy', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, output } = await run(`--port=${port}`).ended;
    taken.close();
    expect(code).toBe(2);
    expect(output).toContain('another program does. Use --port=0');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('%s ends it in good order, with exit code %i', async (signal, expected) => {
    const { child, ended, firstOutput } = run('--port=0');
    await firstOutput();
    child.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(expected);
    expect(output).toMatch(/^The canvas is at http:\/\/127\.0\.0\.1:\d+\/\n/);
  });
});
