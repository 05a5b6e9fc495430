import type { Context } from '../../system.ts';
import type { Services } from '../../services.ts';
import type { Ports } from './ports.ts';

/** No call may take longer: several times what each service takes when it is slow. */
const callTimeoutMs = 5_000;

/** The ports of the server in the simulation: the mock services. */
export function portsOf(context: Context, services: Services): Ports {
  const { analytics, documentStore, history, permissions } = services;
  const { elapsedMs, meter, random } = context;
  const jitter = random('server-jitter');
  const timeoutMs = callTimeoutMs;
  return {
    async checkPermission(personId, roomId) {
      const { role, number } = await permissions.check({ personId, roomId }, { timeoutMs });
      return { role: role ?? undefined, number };
    },
    decide: ({ role, ...rest }) =>
      permissions.decide({ ...rest, role: role ?? null }, { timeoutMs }),
    async load(roomId) {
      const { document } = await documentStore.load({ roomId }, { key: roomId, timeoutMs });
      return document === null ? undefined : Buffer.from(document, 'base64');
    },
    save: (roomId, document) =>
      documentStore.save(
        { roomId, document: Buffer.from(document).toString('base64') },
        { key: roomId },
      ),
    recordHistory: (entries) => history.append({ entries: [...entries] }, { timeoutMs }),
    trackAnalytics: (name, count) => analytics.track({ name, count }, { timeoutMs }),
    nowMs: elapsedMs,
    random: () => jitter.next(),
    count: (what, by = 1) => meter.count(what, by),
  };
}
