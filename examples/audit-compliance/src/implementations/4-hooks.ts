import { createHooks } from '@firedrill/core/hooks';
import { withConnection } from '@firedrill/core/services';
import { type Entry, entryOf } from '../domain.ts';
import type { CreateProgram } from './in-cluster.ts';
import { callTimeoutMs, createPlainClinic } from './plain-clinic.ts';

interface ClinicEvents {
  readonly 'access.made': Entry;
}

/** How often what was refused or failed is offered again. */
const retryEveryMs = 1_000;

/**
 * Week 4. Denials are logged at last, and nobody waits for the sink. Flaw: what fails or is refused goes
 * to a queue in memory that has no bound, is offered again each second for as long as the sink is away,
 * and is gone with the process; an entry whose answer was lost is written twice.
 */
export const createHooksOnly: CreateProgram =
  ({ meter, settings }) =>
  (life, services) => {
    const pool = services.connections();
    const hooks = createHooks<ClinicEvents>({
      workers: settings.workers,
      queueSize: settings.queueSize,
      onError: () => meter.count('entryErrors'),
    });
    let again: Entry[] = [];
    let underWay = 0;

    hooks.registry.hook('access.made', async (entry) => {
      try {
        await services.audit.append(
          { entries: [entry], hasKeys: false },
          { timeoutMs: callTimeoutMs },
        );
      } catch (error) {
        again.push(entry);
        throw error;
      } finally {
        underWay -= 1;
      }
    });

    function publish(entry: Entry): void {
      underWay += 1;
      if (hooks.emit('access.made', entry).admitted) return;
      underWay -= 1;
      meter.count('refusedEntries');
      again.push(entry);
    }

    const stop = life.every(retryEveryMs, () => {
      const waiting = again;
      again = [];
      for (const entry of waiting) publish(entry);
    });
    const clinic = createPlainClinic(life, services, settings, async (entry) => publish(entry));
    return {
      async handle(request) {
        if (!clinic.mayAsk(request)) {
          publish(entryOf(request, 'role'));
          return { status: 'denied', reason: 'role' };
        }
        const answer = await withConnection(pool, () => clinic.perform(request));
        publish(entryOf(request, 'granted'));
        return answer;
      },
      unsaved: () => again.length + underWay,
      async close() {
        while (again.length + underWay > 0) await life.sleep(retryEveryMs);
        stop();
      },
    };
  };
