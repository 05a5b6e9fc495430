import type { Implementation } from '@firedrill/core/scenario';
import { withConnection } from '@firedrill/core/resilience';
import { type Entry, entryOf } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Clinics } from '../types.ts';
import { callTimeoutMs, createPlainClinic } from './early/plain-clinic.ts';

/**
 * Week 1. Flaw: the entry is written after the effect, while the staff waits and a connection is held.
 * A crash or a slow sink in between, and somebody has seen a record of which the auditors know nothing;
 * a slow sink makes everything slow, and who tries again makes it slower. Denials leave no trace.
 */
const create: CreateSystem = (context) => {
  const { outside } = context;
  const pool = outside.connections;

  async function writeEntry(entry: Entry): Promise<void> {
    await outside.audit.append({ entries: [entry], hasKeys: false }, { timeoutMs: callTimeoutMs });
  }

  const clinic = createPlainClinic(context, writeEntry);
  return {
    async handle(request) {
      if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
      return withConnection(pool, async () => {
        const answer = await clinic.perform(request);
        await writeEntry(entryOf(request, 'granted'));
        return answer;
      });
    },
    close: async () => {},
  };
};

export const directCalls: Implementation<Clinics> = {
  name: 'direct-calls',
  week: 1,
  flaw: 'the entry is written after the effect, while the staff waits: slow, and lost in between',
  breaks: [
    'no-access-without-entry',
    'entry-before-access',
    'no-acknowledged-entry-lost',
    'no-entry-twice',
    'entry-as-answered',
    'denials-on-record',
    'tampering-found',
    'lawful-only',
    'minimum-necessary',
    'emergencies-reviewed',
    'escalated-in-time',
    'nothing-readable',
    'slots-handed-on',
    'follow-ups',
    'staff-answered',
    'answer-p95',
  ],
  create,
};
