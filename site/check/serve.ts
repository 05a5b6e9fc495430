import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dist } from './files.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface Served {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Bytes that were sent, compressed, for each address since the last call. */
  taken(): ReadonlyMap<string, number>;
  stop(): void;
}

/** Serves the built site on the loopback interface, compressed by gzip as a plain server would. */
export async function serveBuilt(): Promise<Served> {
  let sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = join(dist, decodeURI(pathname), pathname.endsWith('/') ? 'index.html' : '');
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const body = gzipSync(readFileSync(path));
    sent.set(pathname, body.length);
    const type = types[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to serve the site.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    taken() {
      const before = sent;
      sent = new Map();
      return before;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
