import type { CreateSystem } from '../system.ts';
import { type App, openApp } from './hardened/app.ts';
import { createCanvasServer } from './hardened/server.ts';
import { portsOf } from './hardened/simulated-ports.ts';

/** How often an app looks whether its connection lives; all apps of a run share one timer. */
const pulseEveryMs = 1_000;

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
  const apps = new Set<App>();
  let clientIds = 0;

  services.accessChanges.onMessage((change) => server.onAccessChanged(change));
  const pulse = setInterval(() => {
    for (const app of apps) app.pulse();
  }, pulseEveryMs);

  return {
    async open(device) {
      const app = await openApp({
        device,
        server,
        nowMs: elapsedMs,
        random: () => jitter.next(),
        newClientId: () => (clientIds += 1),
        onClosed: (closed) => apps.delete(closed),
      });
      apps.add(app);
      return app;
    },
    changeAccess: (change) => server.changeAccess(change),
    canvas: (roomId) => server.canvas(roomId),
    isPresent: (roomId, personId) => server.isPresent(roomId, personId),
    backlog: () => server.backlog,
    leftBehind: () => server.members + apps.size,
    async close() {
      await server.close();
      clearInterval(pulse);
    },
  };
};
