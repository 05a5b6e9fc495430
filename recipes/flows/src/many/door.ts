import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type Answer, callSchema, failureOf, type Shape } from './calls.ts';

/** What a worker needs to reach the mock services. */
export interface DoorAddress {
  readonly url: string;
  /** Known to the workers that this process has started, and to nobody else. */
  readonly token: string;
}

export interface Door {
  readonly address: DoorAddress;
  close(): Promise<void>;
}

const mostBytes = 1_000_000;
const mostPeers = 256;

type Clients = Readonly<Record<string, object>>;

/**
 * Opens the mock services of this process to workers on this machine: on loopback, with a token.
 *
 * @param speed how many times as fast the clock of this process runs: the limit of a call is the
 *   machine's, or a busy machine would be taken for a service that hangs
 */
export async function openDoor(clients: Clients, speed: number): Promise<Door> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, clients, token, speed).then(
      ({ status, body }) => reply(response, status, body),
      () => reply(response, 500, { reason: 'it could not be answered' }),
    );
  });
  server.maxConnections = mostPeers;
  server.requestTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new TypeError('There is no free port.');
  return {
    address: { url: `http://127.0.0.1:${place.port}/`, token },
    async close() {
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** Names of the services among what is outside, with their operations. */
export function shapeOf(outside: object): Shape {
  return Object.fromEntries(
    Object.entries(outside).flatMap(([name, each]: [string, unknown]) =>
      typeof each === 'object' && each !== null && name !== 'broker'
        ? [[name, Object.keys(each)]]
        : [],
    ),
  );
}

interface Reply {
  readonly status: number;
  readonly body: Answer | { readonly reason: string };
}

async function answer(
  request: IncomingMessage,
  clients: Clients,
  token: string,
  speed: number,
): Promise<Reply> {
  const { host = '', origin, authorization = '' } = request.headers;
  // A page in a browser of this machine has neither this host nor the token.
  if (!/^127\.0\.0\.1:\d+$/.test(host) || origin !== undefined) {
    return { status: 403, body: { reason: 'not from here' } };
  }
  if (!isSame(authorization, `Bearer ${token}`)) {
    return { status: 401, body: { reason: 'the token is missing' } };
  }
  const text = await textOf(request);
  if (text === undefined) return { status: 413, body: { reason: 'more than a megabyte' } };
  const call = callSchema.safeParse(jsonOf(text));
  if (!call.success) return { status: 400, body: { reason: 'this is no call' } };
  const { service, operation, input, timeoutMs, key } = call.data;
  const client = Object.hasOwn(clients, service) ? clients[service] : undefined;
  const method: unknown =
    client !== undefined && Object.hasOwn(client, operation)
      ? Reflect.get(client, operation)
      : undefined;
  if (typeof method !== 'function') {
    return { status: 404, body: { reason: 'there is no such operation' } };
  }
  const limit = timeoutMs === null ? { noLimit: 'as the worker said' } : timeoutMs * speed;
  try {
    const value: unknown = await Reflect.apply(method, client, [
      input,
      { timeoutMs: limit, ...(key !== undefined && { key }) },
    ]);
    return { status: 200, body: { kind: 'answer', value } };
  } catch (error) {
    return { status: 200, body: failureOf(error) };
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
