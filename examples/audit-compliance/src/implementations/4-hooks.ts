import type { Implementation } from '@firedrill/core/scenario';
import { createHooks } from '@firedrill/core/hooks';
import { sleep, withConnection } from '@firedrill/core/resilience';
import { type Entry, entryOf } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Clinics } from '../types.ts';
import { callTimeoutMs, createPlainClinic } from './early/plain-clinic.ts';

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
const create: CreateSystem = (context) => {
  const { outside, settings, telemetry } = context;
  const pool = outside.connections;
  const events = createHooks<ClinicEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    onError: (error) => telemetry.failed(error),
  });
  let again: Entry[] = [];
  let underWay = 0;

  events.registry.hook('access.made', async (entry) => {
    try {
      await outside.audit.append(
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
    if (events.emit('access.made', entry).admitted) return;
    underWay -= 1;
    telemetry.count(reports.refusedEntries);
    again.push(entry);
  }

  const timer = setInterval(() => {
    const waiting = again;
    again = [];
    for (const entry of waiting) publish(entry);
  }, retryEveryMs);
  const clinic = createPlainClinic(context, async (entry) => publish(entry));
  telemetry.gauge(reports.unsaved, () => again.length + underWay);
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
    async close() {
      while (again.length + underWay > 0) await sleep(retryEveryMs);
      clearInterval(timer);
    },
  };
};

export const hooks: Implementation<Clinics> = {
  name: 'hooks',
  week: 4,
  flaw: 'a retry queue in memory without a bound: it grows while the sink is away, and crashes with us',
  breaks: [
    'no-access-without-entry',
    'entry-before-access',
    'no-acknowledged-entry-lost',
    'no-entry-twice',
    'denials-on-record',
    'tampering-found',
    'lawful-only',
    'minimum-necessary',
    'emergencies-reviewed',
    'escalated-in-time',
    'nothing-readable',
    'slots-handed-on',
    'follow-ups',
    'entry-as-answered',
  ],
  create,
};
