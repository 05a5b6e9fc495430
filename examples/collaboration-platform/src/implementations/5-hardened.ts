import type { Implementation } from '@firedrill/core/scenario';
import { backoffDelayMs } from '@firedrill/core/resilience';
import { reports } from '../reports.ts';
import { type Context, type CreateSystem, processes, type Session } from '../system.ts';
import type { Canvases } from '../types.ts';
import { ComeAgainError } from '../domain/come-again.ts';
import { reachDevice } from './reach-device.ts';
import { App } from './hardened/app.ts';
import { createDoor } from './hardened/gate.ts';
import type { Hello, Peer } from './hardened/member.ts';
import { createOverruled } from './hardened/overruled.ts';
import { createReplica } from './hardened/replica.ts';
import {
  type CanvasServer,
  type Connection,
  createCanvasServer,
  serverParts,
} from './hardened/server.ts';
import { appDeviceOf } from './hardened/simulated-device.ts';
import { portsOf } from './hardened/simulated-ports.ts';

/** How often an app says that it is there, and looks whether the server is. */
export const pulseEveryMs = 4_000;

/** The apps of a run share one timer, which comes to a quarter of them each second. */
const cohorts = 4;

const reconnectBackoff = { initialMs: 500, maxMs: 4_000, factor: 2, jitter: 'full' } as const;

/**
 * Week 5 and since. The screen shows an action at once and a CRDT makes everybody arrive at the same;
 * each role is sent what it may see; cursors, status and documents have a cadence of their own; history
 * and analytics go in batches; permissions are cached and taken back at once; whoever is too slow gets
 * a snapshot instead of a backlog, and whoever is lost is found by a heartbeat.
 */
const create: CreateSystem = (context) => createHardened(context, hardenedParts);

/** When to come again, in ms: when the server has said, and else at any time within a little longer each time. */
function reconnectAfterMs(attempts: number, error: unknown, random: () => number): number {
  return error instanceof ComeAgainError
    ? error.comeAgainInMs
    : backoffDelayMs(reconnectBackoff, attempts, random);
}

/** What the platform is made of, and may be replaced. */
export const hardenedParts = {
  ...serverParts,
  appDeviceOf,
  createCanvasServer,
  createDoor,
  createOverruled,
  createReplica,
  portsOf,
  reconnectAfterMs,
};

export type Parts = typeof hardenedParts;

/** The platform, of these parts. */
export function createHardened(context: Context, parts: Parts): ReturnType<CreateSystem> {
  return context.process.index === processes.server
    ? createServer(context, parts)
    : createPages(context, parts);
}

function createServer(context: Context, parts: Parts): ReturnType<CreateSystem> {
  const { outside, settings, telemetry } = context;
  const ports = parts.portsOf(context);
  const options = { ...settings, saveWorkers: settings.storeConnections };
  const server = parts.createCanvasServer(ports, options, parts);
  const unsubscribe = outside.accessChanges.onMessage((change) => server.onAccessChanged(change));
  outside.devices.serve(server, parts.createDoor(ports.nowMs));
  telemetry.gauge(reports.backlog, () => server.backlog);

  return {
    open: () => elsewhere('pages'),
    changeAccess: (change) => server.changeAccess(change),
    canvas: (roomId) => server.canvas(roomId),
    isPresent: async (roomId, personId) => server.isPresent(roomId, personId),
    async close() {
      unsubscribe();
      await server.close();
    },
  };
}

/** Replicas of one start of the process at most: no two ever have the same number. */
const replicasAtMost = 10_000_000;

function createPages(context: Context, parts: Parts): ReturnType<CreateSystem> {
  const { clock, outside, process } = context;
  const jitter = context.random('reconnects');
  const apps = Array.from({ length: cohorts }, () => new Set<App>());
  let clientIds = (process.start - 1) * replicasAtMost;
  let opened = 0;
  let beat = 0;

  const pulse = setInterval(() => {
    beat += 1;
    for (const app of apps[beat % cohorts] ?? []) app.pulse();
  }, pulseEveryMs / cohorts);
  const around = {
    server: {
      connect: (peer: Peer, hello: Hello) =>
        outside.devices.tell(isCanvasServer, (server) => server.connect(peer, hello)) ?? deaf,
    },
    createReplica: parts.createReplica,
    createOverruled: parts.createOverruled,
    nowMs: clock.elapsedMs,
    reconnectAfterMs: (attempts: number, error: unknown) =>
      parts.reconnectAfterMs(attempts, error, () => jitter.next()),
    newClientId: () => (clientIds += 1),
    onOpening: (app: App) => {
      opened += 1;
      apps[opened % cohorts]?.add(app);
    },
    onClosed: (app: App) => {
      for (const cohort of apps) cohort.delete(app);
    },
  };

  return {
    async open(personId) {
      const device = reachDevice(context, personId);
      const app = await App.open(around, parts.appDeviceOf(device));
      return sessionOf(app);
    },
    changeAccess: () => elsewhere('server'),
    canvas: () => elsewhere('server'),
    isPresent: () => elsewhere('server'),
    async close() {
      clearInterval(pulse);
    },
  };
}

const isCanvasServer = (server: object): server is CanvasServer =>
  'connect' in server && 'onAccessChanged' in server;

/** The server is gone; what is sent there goes nowhere. */
const deaf: Connection = { receive: () => {}, lost: () => {} };

async function elsewhere(process: keyof typeof processes): Promise<never> {
  throw new RangeError(`Failed to answer: that is for the process "${process}". Ask it.`);
}

/** The canvas on a device as whoever sits before it reaches it. */
const sessionOf = (app: App): Session => ({
  get role() {
    return app.role;
  },
  edit: (edit) => app.edit(edit),
  moveCursor: (x, y) => app.moveCursor(x, y),
  has: (shapeId) => app.has(shapeId),
  shapes: () => app.shapes(),
  close: () => app.close(),
});

export const hardened: Implementation<Canvases> = {
  name: 'hardened',
  week: 5,
  flaw: 'none known: local first, a CRDT, each role its own view, a cadence for each kind of news',
  role: 'repaired',
  breaks: [],
  create,
};
