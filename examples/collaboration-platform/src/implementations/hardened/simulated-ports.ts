import type { Context } from '../../system.ts';
import { reports } from '../../reports.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { Ports } from './ports.ts';

/** No call may take longer: several times what each service takes when it is slow. */
const callTimeoutMs = 5_000;

/** An append is short; whoever waits for it sees nothing of the others. */
const appendTimeoutMs = 1_000;

/** Longer than the attempt to save a document, which has a limit of its own. */
const saveTimeoutMs = 15_000;

/** The ports of the server in the simulation: the mock services. */
export function portsOf(context: Context): Ports {
  const { clock, outside, process, random, settings, telemetry } = context;
  const { analytics, documentStore, editLog, history, permissions } = outside;
  const jitter = random('server-jitter');
  const timeoutMs = callTimeoutMs;
  // A decision that an earlier start of this process sent, and that arrives late, is refused.
  const { start } = process;
  // So is a document that begins anew: what was kept since then is not in it.
  const fence = settings.compactAfter > 0 ? { start } : {};
  return {
    async checkPermission(personId, roomId) {
      const { role, number } = await permissions.check({ personId, roomId, start }, { timeoutMs });
      return { role: role ?? undefined, number };
    },
    decide: ({ role, ...rest }) =>
      permissions.decide({ ...rest, role: role ?? null, start }, { timeoutMs }),
    async load(roomId) {
      const { document } = await documentStore.load({ roomId }, { key: roomId, timeoutMs });
      return document === null ? undefined : fromBase64(document);
    },
    save: (roomId, document) =>
      documentStore.save(
        // A save that was given up may arrive after the next one.
        {
          roomId,
          document: toBase64(document),
          version: clock.elapsedMs(),
        },
        { key: roomId, timeoutMs: saveTimeoutMs },
      ),
    log: {
      async append(roomId, updates) {
        const entries = updates.map(({ update, stamps, ...rest }) => ({
          ...rest,
          update: toBase64(update),
          stamps: [...stamps],
        }));
        const options = { timeoutMs: appendTimeoutMs };
        return (await editLog.append({ roomId, entries, ...fence }, options)).position;
      },
      async read(roomId) {
        const { entries } = await editLog.read({ roomId, ...fence }, { timeoutMs });
        return entries.map((entry) => ({ ...entry, update: fromBase64(entry.update) }));
      },
      trim: (roomId, upTo) => editLog.trim({ roomId, upTo }, { timeoutMs }),
      rooms: async () => (await editLog.rooms(fence, { timeoutMs })).rooms,
    },
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
