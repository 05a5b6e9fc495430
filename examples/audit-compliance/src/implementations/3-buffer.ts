import type { Implementation } from '@firedrill/core/scenario';
import { sleep, withConnection } from '@firedrill/core/resilience';
import { type Entry, entryOf } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Clinics } from '../types.ts';
import { callTimeoutMs, createPlainClinic } from './early/plain-clinic.ts';

/**
 * Week 3. Flaw: entries are collected in memory and written every few seconds. That is fast, and the
 * sink is glad of it; but what was collected since, and all that a sink which does not answer has not
 * taken, is gone with the process. A batch whose answer was lost is written again, as a whole.
 */
const create: CreateSystem = (context) => {
  const { outside, settings, telemetry } = context;
  const pool = outside.connections;
  let collected: Entry[] = [];
  let batch: readonly Entry[] = [];

  async function flush(): Promise<void> {
    if (batch.length > 0 || collected.length === 0) return;
    batch = collected;
    collected = [];
    try {
      await outside.audit.append(
        { entries: [...batch], hasKeys: false },
        { timeoutMs: callTimeoutMs },
      );
    } catch (error) {
      telemetry.failed(error);
      collected = [...batch, ...collected];
    }
    batch = [];
  }

  const timer = setInterval(() => void flush(), settings.flushMs);
  const clinic = createPlainClinic(context, async (entry) => {
    collected.push(entry);
  });
  telemetry.gauge(reports.unsaved, () => collected.length + batch.length);
  return {
    async handle(request) {
      if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
      const answer = await withConnection(pool, () => clinic.perform(request));
      collected.push(entryOf(request, 'granted'));
      return answer;
    },
    async close() {
      clearInterval(timer);
      while (collected.length + batch.length > 0) {
        await flush();
        await sleep(100);
      }
    },
  };
};

export const buffer: Implementation<Clinics> = {
  name: 'buffer',
  week: 3,
  flaw: 'entries are collected in memory: what was not written yet is lost in a crash',
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
