import { createCluster } from '../cluster.ts';
import { exportLog } from '../log/export-log.ts';
import { createSigner } from '../log/signing.ts';
import { observed } from '../observed-store.ts';
import type { ClinicSystem, Context, LogFile } from '../system.ts';
import type { World } from '../world.ts';
import { auditorsBuckets, auditorsName } from './hardened/auditors.ts';
import { newDataKey, sealFields } from './hardened/encryption.ts';
import { createMonitor } from './hardened/monitor.ts';
import { startProgram } from './hardened/program.ts';
import { logOrigin } from './hardened/sealer.ts';
import { memoryStores, type Stores } from './hardened/stores.ts';

/** After the last request, the auditors and the patients get this long to receive what is theirs. */
const lastWorkMs = 15 * 60_000;

/**
 * Week 5 and since. The entry is committed before the effect, in an event store that outlives every
 * process; what follows from it is in the same transaction or follows the log, and is taken over when a
 * process dies. Access by role, purpose, care team and consent; fields sealed under a key of their
 * patient, and only those opened that the purpose needs; and the log sealed so that anybody can tell
 * whether it was touched.
 */
export const createHardened = createHardenedOn(memoryStores);

/** The same on any event store. */
export function createHardenedOn(storesOf: (context: Context) => Stores) {
  return (context: Context, world: World): ClinicSystem => {
    const { services } = world;
    const secret = Buffer.alloc(32);
    context.random('signing').fillBytes(secret);
    const signer = createSigner(secret);
    const stores = storesOf(context);
    const { watched } = stores;
    encryptRecords(world);

    const cluster = createCluster(context, (life) => {
      const store = observed(stores.open(life), services.truth);
      return startProgram(context, life, services.forLife(life), store, signer);
    });
    const monitor = createMonitor(watched, auditorsName, auditorsBuckets);
    let log: LogFile | undefined;

    const system: ClinicSystem = {
      handle: (request) => cluster.handle(request),
      unsaved: () => cluster.unsaved(),
      backlog: () => monitor.backlog,
      logFile: () => log,
      async close() {
        await monitor.onIdle(lastWorkMs);
        await cluster.close();
        monitor.stop();
        log = await exportLog(watched, signer, logOrigin);
      },
    };
    world.measure(system);
    return system;
  };
}

/** The migration of week 5, done before this morning: every record under a key of its own. */
function encryptRecords({ services: { clinic, database, master } }: World): void {
  for (const { id, values } of clinic.patients) {
    const key = newDataKey();
    database.write({ patientId: id, values: sealFields(key, id, values) });
    database.replaceKey(id, undefined, master.wrap(id, key));
  }
}
