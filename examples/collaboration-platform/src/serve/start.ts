import { createServer, type Server } from 'node:http';
import { createCanvasServer } from '../implementations/hardened/server.ts';
import { settingsSchema } from '../settings.ts';
import { closeCodes } from './close-codes.ts';
import { createHostCheck } from './hosts.ts';
import { createIdentities } from './identities.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createRecords, type Records } from './records.ts';
import { createRequests } from './requests.ts';
import { acceptSockets } from './sockets.ts';
import { openStore, type StoreChoice } from './store.ts';

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
  /** Default: in memory. */
  readonly store?: StoreChoice;
  /** Names by which browsers may call the server, beside `localhost`, `host` and addresses. */
  readonly allowedHosts?: readonly string[];
  /** What one peer may cost. Default: `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** Told of a fault that was kept within one canvas. Default: the standard error stream. */
  readonly onFault?: (roomId: string, error: unknown) => void;
}

/** The log is durable at every moment; this is how often what a snapshot spares is looked at. */
const saveEveryMs = 1_000;

/** A store that does not answer is not waited for longer: devices have what it does not. */
const settleWithinMs = 5_000;

/** Who does not send a request within this is hung up on. */
const requestWithinMs = 10_000;

/**
 * Starts the repaired room server of the simulation, with its settings, behind real WebSockets.
 *
 * @throws Error of the operating system when the port cannot be had
 * @throws EventStoreError when the store cannot be opened
 */
export async function startServing(options: ServeOptions): Promise<Serving> {
  const { host, port, allowedHosts = [], onFault = report } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const settings = settingsSchema.parse({});
  const http = createServer({
    headersTimeout: requestWithinMs,
    requestTimeout: requestWithinMs,
    connectionsCheckingInterval: requestWithinMs / 2,
    keepAliveTimeout: 5_000,
  });
  // A few more than WebSockets, so that whoever is refused one is told so.
  http.maxConnections = limits.sockets + 200;
  await listening(http, { host, port });
  try {
    const { store, key } = await openStore(options.store ?? { kind: 'memory' });
    const identities = createIdentities(key);
    const records = createRecords({ store, identities, limits, onFault });
    const isMeantForUs = createHostCheck([host, ...allowedHosts]);
    const answer = createRequests({ identities, records, limits, isMeantForUs });
    http.on('request', (request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    const canvases = createCanvasServer(records.ports, {
      ...settings,
      saveEveryMs,
      saveWorkers: 4,
    });
    const salon = { canvases, identities, records, limits, onFault, seats: new Map() };
    const sockets = acceptSockets(http, salon, isMeantForUs);
    return {
      url: urlOf(http, host),
      async stop() {
        await sockets.close(closeCodes.goingAway, 'the server stops');
        await closed(http);
        await within(settleWithinMs, settled(records, canvases));
        await store.close();
      },
    };
  } catch (error) {
    await closed(http);
    throw error;
  }
}

function report(roomId: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`A fault in canvas ${JSON.stringify(roomId)}, which is closed: ${text}\n`);
}

async function settled(records: Records, canvases: { close(): Promise<void> }): Promise<void> {
  await records.close();
  await canvases.close();
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    late = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(late);
}

function listening(http: Server, options: { host: string; port: number }): Promise<void> {
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

function closed(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
