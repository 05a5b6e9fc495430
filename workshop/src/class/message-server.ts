import { randomInt, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { UsageError } from '@firedrill/core/command-line';
import { boundedBody } from '@firedrill/core/page';
import { type Message, messageSchema, mostBytes } from './message.ts';
import { RateLimit } from './rate-limit.ts';

/** Letters and digits that nobody takes for one another when they are read out. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const codeLength = 6;

/** A code that a trainer can read out. */
export const newCode = (): string =>
  Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');

export interface MessageServerOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** Whether other machines may send; else this one alone. */
  readonly isOpen: boolean;
  readonly code: string;
  /** Takes a message that was found good. @returns whether there was room */
  readonly take: (message: Message) => boolean;
  /** Default: the monotonic clock. */
  readonly nowMs?: () => number;
}

export interface MessageServer {
  /** Where participants send to. */
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const minuteMs = 60_000;

/**
 * Whole classes may sit behind one address: forty people who save every ten seconds send 240 a minute. Wrong
 * codes are another matter: at twenty a minute the code is guessed in half a human life.
 */
const messagesPerMinute = 600;
const wrongCodesPerMinute = 20;

/** A message comes in one packet: whoever dribbles is cut off. */
const slowestMs = 5_000;
const mostConnections = 256;

const loopback = '127.0.0.1';

/**
 * Listens for what participants send: `POST /step`, and nothing else. A page of elsewhere is refused by
 * `Host`, `Origin` and the type of its body, which a form cannot have. No message ends the process.
 *
 * @throws UsageError when the port is taken
 */
export async function startMessageServer(options: MessageServerOptions): Promise<MessageServer> {
  const { port, isOpen, nowMs } = options;
  const clock = nowMs === undefined ? {} : { nowMs };
  const limits = {
    messages: new RateLimit({ most: messagesPerMinute, windowMs: minuteMs, ...clock }),
    wrongCodes: new RateLimit({ most: wrongCodesPerMinute, windowMs: minuteMs, ...clock }),
  };
  const names = ownNames(isOpen);
  const server = createServer(
    {
      headersTimeout: slowestMs,
      requestTimeout: slowestMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 1,
      maxHeaderSize: 4_096,
    },
    (request, response) => {
      answer(options, limits, names, request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = mostConnections;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new UsageError(
              {
                given: `--port=${port - 1}`,
                cause: `another program listens on ${port}, where participants would send to`,
                remedy: 'Use --port=0 for ports that are free.',
              },
              { cause },
            )
          : cause,
      ),
    );
    server.listen({ host: isOpen ? '0.0.0.0' : loopback, port }, resolve);
  });
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : port;
  return {
    urls: (isOpen ? addresses() : [loopback]).map((host) => `http://${host}:${own}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { code, take }: MessageServerOptions,
  { messages, wrongCodes }: { readonly messages: RateLimit; readonly wrongCodes: RateLimit },
  names: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers, url, socket } = request;
  const { localPort, remoteAddress: peer = '' } = socket;
  const say = (status: number, text: string): void => {
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end(`${text}\n`);
  };
  const host = headers.host?.toLowerCase() ?? '';
  if (!names.some((name) => host === `${name}:${localPort}`) || headers.origin !== undefined) {
    return say(403, 'Only a workshop may send here, and under an address of this machine.');
  }
  if (method !== 'POST' || url !== '/step') return say(404, 'There is nothing here.');
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    return say(415, 'Send application/json.');
  if (messages.isSpent(peer) || wrongCodes.isSpent(peer))
    return say(429, 'Too many messages: wait a minute.');
  messages.count(peer);
  const bytes = await boundedBody(request, mostBytes);
  if (bytes === undefined) return say(413, `A message has at most ${mostBytes} bytes.`);
  const message = parse(bytes.toString('utf8'));
  if (message === undefined) return say(400, 'That is no message of a workshop.');
  if (!isSame(message.code, code)) {
    wrongCodes.count(peer);
    return say(401, 'The join code is another one.');
  }
  return take(message) ? say(204, '') : say(503, 'The class is full.');
}

function parse(text: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Compares in a time that says nothing of where they differ. */
function isSame(given: string, code: string): boolean {
  const [a, b] = [Buffer.from(given.trim().toUpperCase()), Buffer.from(code)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Addresses of this machine in its networks (IPv4). */
const addresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((own = []) =>
    own.flatMap(({ address, family, internal }) =>
      family === 'IPv4' && !internal ? [address] : [],
    ),
  );

/** Names by which participants may know it. */
const ownNames = (isOpen: boolean): readonly string[] => [
  loopback,
  'localhost',
  ...(isOpen
    ? [...addresses(), hostname().toLowerCase(), `${hostname().toLowerCase()}.local`]
    : []),
];
