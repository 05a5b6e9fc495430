import { createServer, type Server } from 'node:http';
import type { WebSocketServer } from 'ws';
import { createCanvasServer } from '../implementations/hardened/server.ts';
import { settingsSchema } from '../settings.ts';
import { createFiles } from './files.ts';
import { createRegistry } from './registry.ts';
import { acceptSockets, closeCodes } from './sockets.ts';

/** A server that runs. */
export interface Serving {
  /** What to open in a browser. */
  readonly url: string;
  /** Takes nothing new, writes what is to be written, and resolves when everything is closed. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** A window that does not answer the closing of its connection is given up after this. */
const closeWithinMs = 1_000;

/**
 * Starts the repaired room server of the simulation, with its settings, behind real WebSockets.
 *
 * @throws Error of the operating system when the port cannot be had
 */
export async function startServing({ host, port }: ServeOptions): Promise<Serving> {
  const settings = settingsSchema.parse({});
  const registry = createRegistry();
  const files = createFiles(registry);
  const http = createServer((request, response) => {
    files(request, response).catch(() => {
      response.statusCode = 500;
      response.end('Something went wrong.\n');
    });
  });
  await listening(http, { host, port });
  const canvases = createCanvasServer(registry.ports, {
    ...settings,
    saveWorkers: settings.storeConnections,
  });
  const sockets = acceptSockets(http, canvases, registry);
  return {
    url: urlOf(http, host),
    async stop() {
      await closed(http, sockets);
      await canvases.close();
    },
  };
}

function listening(http: Server, options: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(options, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

function urlOf(http: Server, host: string): string {
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}

async function closed(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(closeCodes.goingAway, 'the server stops');
  const late = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, closeWithinMs);
  sockets.close();
  await new Promise<void>((resolve) => {
    http.close(() => resolve());
    http.closeIdleConnections();
  });
  clearTimeout(late);
}
