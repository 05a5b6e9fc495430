import type { Implementation } from '@firedrill/core/scenario';
import { withConnection } from '@firedrill/core/resilience';
import { type Entry, entryOf } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Clinics } from '../types.ts';
import { callTimeoutMs, createPlainClinic } from './early/plain-clinic.ts';

/**
 * Week 2. Flaw: the entry is sent and forgotten. Nobody hears of one that fails or of how many are under
 * way, a crash takes all of them along, and each rejection would end the process.
 */
const create: CreateSystem = (context) => {
  const { outside, telemetry } = context;
  const pool = outside.connections;
  let underWay = 0;

  async function writeEntry(entry: Entry): Promise<void> {
    underWay += 1;
    try {
      await outside.audit.append(
        { entries: [entry], hasKeys: false },
        { timeoutMs: callTimeoutMs },
      );
    } finally {
      underWay -= 1;
    }
  }

  const clinic = createPlainClinic(context, writeEntry);
  telemetry.gauge(reports.unsaved, () => underWay);
  return {
    async handle(request) {
      if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
      const answer = await withConnection(pool, () => clinic.perform(request));
      void writeEntry(entryOf(request, 'granted'));
      return answer;
    },
    close: async () => {},
  };
};

export const floatingPromises: Implementation<Clinics> = {
  name: 'floating-promises',
  week: 2,
  flaw: 'entries are sent and forgotten: unheard when they fail, lost in a crash',
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
    'no-unhandled-rejection',
    'entry-as-answered',
  ],
  create,
};
