import { withConnection } from '@firedrill/core/services';
import { type Entry, entryOf } from '../domain.ts';
import type { CreateProgram } from './in-cluster.ts';
import { callTimeoutMs, createPlainClinic } from './plain-clinic.ts';

/**
 * Week 1. Flaw: the entry is written after the effect, while the staff waits and a connection is held.
 * A crash or a slow sink in between, and somebody has seen a record of which the auditors know nothing;
 * a slow sink makes everything slow, and who tries again makes it slower. Denials leave no trace.
 */
export const createDirectCalls: CreateProgram =
  ({ settings }) =>
  (life, services) => {
    const pool = services.connections();

    async function writeEntry(entry: Entry): Promise<void> {
      await services.audit.append(
        { entries: [entry], hasKeys: false },
        { timeoutMs: callTimeoutMs },
      );
    }

    const clinic = createPlainClinic(life, services, settings, writeEntry);
    return {
      async handle(request) {
        if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
        return withConnection(pool, async () => {
          const answer = await clinic.perform(request);
          await writeEntry(entryOf(request, 'granted'));
          return answer;
        });
      },
    };
  };
