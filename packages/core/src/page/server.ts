import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { boundedBody } from './bounded-body.ts';

/** What stands at an address. */
export interface Asset {
  readonly type: 'text/html' | 'text/css' | 'text/javascript' | 'application/json';
  readonly text: string;
}

/** Finds what stands at a path, such as `/page/main.js`; undefined where nothing does. */
export type FindAsset = (path: string) => Promise<Asset | undefined>;

/** What becomes of a message. */
export interface Reply {
  readonly status: 200 | 400 | 404 | 409 | 422;
  /** A sentence as plain text, anything else as JSON. */
  readonly body: string | object;
}

/**
 * Takes a message that a page of this server has sent to a path. It is some JSON: whoever takes it has to
 * check it.
 */
export type TakeMessage = (path: string, message: unknown) => Promise<Reply>;

export interface ServerOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** Takes what its own pages send by `POST`. Without it nothing can be changed here. */
  readonly take?: TakeMessage;
}

/** A page that is served on the loopback interface, until it is stopped. */
export interface RunningServer {
  /** What to open in a browser. */
  readonly url: string;
  stop(): Promise<void>;
}

const loopback = '127.0.0.1';
/** A page asks over six connections, and nobody else should be there. */
const maxConnections = 64;
const maxPathLength = 1_000;
/** A message of a page: a source file is hardly a tenth of it. */
const mostBytes = 256 * 1_024;
/** A page on this machine sends a message at once: whoever dribbles is cut off. */
const slowestMs = 5_000;

/** Scripts, workers and styles of this server alone; charts and the page set styles of elements. */
const policy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves assets on the loopback interface, to pages of its own. A page of elsewhere that got its name to
 * point here (DNS rebinding) is refused by `Host`, one that asks from elsewhere by `Origin`, and what would
 * change something without saying where it comes from as well.
 *
 * @throws Error of the operating system when the port cannot be had
 */
export async function startServer(
  find: FindAsset,
  { port, take }: ServerOptions,
): Promise<RunningServer> {
  const sent = new Map<string, Buffer>();
  const server = createServer(
    {
      headersTimeout: slowestMs,
      requestTimeout: slowestMs,
      connectionsCheckingInterval: slowestMs / 5,
    },
    (request, response) => {
      answer(find, take, sent, request, response).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        process.stderr.write(`Failed to serve ${request.url ?? '/'}: ${message}\n`);
        if (!response.headersSent) refuse(response, 500, message);
        else response.destroy();
      });
    },
  );
  server.maxConnections = maxConnections;
  await listening(server, port);
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${loopback}:${own}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  find: FindAsset,
  take: TakeMessage | undefined,
  sent: Map<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers, url = '/', socket } = request;
  const hosts = [`${loopback}:${socket.localPort}`, `localhost:${socket.localPort}`];
  const isOwnHost = headers.host !== undefined && hosts.includes(headers.host);
  const isRead = method === 'GET' || method === 'HEAD';
  // Browsers say where a message comes from, and leave it out of what their own page only reads.
  const isOwnOrigin =
    (headers.origin === undefined && (isRead || take === undefined)) ||
    hosts.some((host) => headers.origin === `http://${host}`);
  if (!isOwnHost || !isOwnOrigin) {
    refuse(response, 403, 'Only pages of this server may ask here.');
    return;
  }
  const { pathname } = new URL(url.slice(0, maxPathLength), `http://${loopback}`);
  if (method === 'POST' && take !== undefined) {
    await answerMessage(take, pathname, request, response);
    return;
  }
  if (!isRead) {
    refuse(response, 405, 'There is nothing here to change.');
    return;
  }
  const asset = await find(pathname);
  if (asset === undefined) {
    refuse(response, 404, 'There is nothing here.');
    return;
  }
  // Data changes with each answer: kept compressed, it would only fill the memory.
  const canBrotli =
    asset.type !== 'application/json' && /\bbr\b/.test(headers['accept-encoding'] ?? '');
  const body = canBrotli ? packed(sent, asset.text) : Buffer.from(asset.text);
  response.writeHead(200, {
    ...safe,
    'content-type': `${asset.type}; charset=utf-8`,
    'content-length': body.length,
    ...(canBrotli && { 'content-encoding': 'br' }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

async function answerMessage(
  take: TakeMessage,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A form cannot send it, and a page of elsewhere only after it was let in, which nobody is.
  if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) {
    refuse(response, 415, 'Send application/json.');
    return;
  }
  const bytes = await boundedBody(request, mostBytes);
  if (bytes === undefined) {
    response.setHeader('connection', 'close');
    refuse(response, 413, `A message has at most ${mostBytes / 1_024} KB.`);
    return;
  }
  const message = parseMessage(bytes);
  if (message === undefined) {
    refuse(response, 400, 'That is no JSON.');
    return;
  }
  const { status, body } = await take(path, message);
  if (typeof body === 'string') {
    refuse(response, status, body);
    return;
  }
  response.writeHead(status, { ...safe, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** @returns undefined for what is no JSON in UTF-8 */
function parseMessage(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const safe = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** A text as it is sent to who takes Brotli. */
export function compressed(text: string): Buffer {
  // Of the eleven levels the last takes ten times as long as this one, for a tenth less.
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

/** Each text is compressed once. */
function packed(known: Map<string, Buffer>, text: string): Buffer {
  const found = known.get(text) ?? compressed(text);
  known.set(text, found);
  return found;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...safe, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: loopback, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
