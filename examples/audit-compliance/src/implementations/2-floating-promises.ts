import { withConnection } from '@firedrill/core/services';
import { type Entry, entryOf } from '../domain.ts';
import type { CreateProgram } from './in-cluster.ts';
import { callTimeoutMs, createPlainClinic } from './plain-clinic.ts';

/**
 * Week 2. Flaw: the entry is sent and forgotten. Nobody hears of one that fails or of how many are under
 * way, a crash takes all of them along, and each rejection would end the process.
 */
export const createFloatingPromises: CreateProgram =
  ({ settings }) =>
  (life, services) => {
    const pool = services.connections();
    let underWay = 0;

    async function writeEntry(entry: Entry): Promise<void> {
      underWay += 1;
      try {
        await services.audit.append(
          { entries: [entry], hasKeys: false },
          { timeoutMs: callTimeoutMs },
        );
      } finally {
        underWay -= 1;
      }
    }

    const clinic = createPlainClinic(life, services, settings, writeEntry);
    return {
      async handle(request) {
        if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
        const answer = await withConnection(pool, () => clinic.perform(request));
        void writeEntry(entryOf(request, 'granted'));
        return answer;
      },
      unsaved: () => underWay,
    };
  };
