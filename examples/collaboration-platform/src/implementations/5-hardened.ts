import { backoffDelayMs } from '@firedrill/core/resilience';
import type { CreateSystem } from '../system.ts';
import { App } from './hardened/app.ts';
import { createCanvasServer } from './hardened/server.ts';
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
export const createHardened: CreateSystem = (context, services) => {
  const { elapsedMs, settings } = context;
  const ports = portsOf(context, services);
  const server = createCanvasServer(ports, {
    ...settings,
    saveWorkers: settings.storeConnections,
  });
  const jitter = context.random('reconnects');
  const apps = Array.from({ length: cohorts }, () => new Set<App>());
  let clientIds = 0;
  let opened = 0;
  let beat = 0;

  services.accessChanges.onMessage((change) => server.onAccessChanged(change));
  const pulse = setInterval(() => {
    beat += 1;
    for (const app of apps[beat % cohorts] ?? []) app.pulse();
  }, pulseEveryMs / cohorts);
  const around = {
    server,
    nowMs: elapsedMs,
    reconnectAfterMs: (attempts: number) =>
      backoffDelayMs(reconnectBackoff, attempts, () => jitter.next()),
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
    open: (device) => App.open(around, device),
    changeAccess: (change) => server.changeAccess(change),
    canvas: (roomId) => server.canvas(roomId),
    isPresent: (roomId, personId) => server.isPresent(roomId, personId),
    backlog: () => server.backlog,
    leftBehind: () => server.members + apps.reduce((sum, { size }) => sum + size, 0),
    async close() {
      await server.close();
      clearInterval(pulse);
    },
  };
};
