import type { Context } from '../../system.ts';
import { reports } from '../../reports.ts';
import type { Ports } from './ports.ts';

/** No call may take longer: several times what each service takes when it is slow. */
const callTimeoutMs = 5_000;

/** Longer than the attempt to save a document, which has a limit of its own. */
const saveTimeoutMs = 15_000;

/** The ports of the server in the simulation: the mock services. */
export function portsOf({ clock, outside, random, telemetry }: Context): Ports {
  const { analytics, documentStore, history, permissions } = outside;
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
        // A save that was given up may arrive after the next one.
        {
          roomId,
          document: Buffer.from(document).toString('base64'),
          version: clock.elapsedMs(),
        },
        { key: roomId, timeoutMs: saveTimeoutMs },
      ),
    recordHistory: (entries) => history.append({ entries: [...entries] }, { timeoutMs }),
    trackAnalytics: (name, count) => analytics.track({ name, count }, { timeoutMs }),
    nowMs: clock.elapsedMs,
    random: () => jitter.next(),
    count: (what, by = 1) => telemetry.count(reports[what], by),
    // A defect of the code ends the run, and is seen.
    onFault: (_roomId, error) => {
      throw error;
    },
  };
}
