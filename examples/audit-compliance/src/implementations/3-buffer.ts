import { withConnection } from '@firedrill/core/services';
import { type Entry, entryOf } from '../domain.ts';
import type { CreateProgram } from './in-cluster.ts';
import { callTimeoutMs, createPlainClinic } from './plain-clinic.ts';

/**
 * Week 3. Flaw: entries are collected in memory and written every few seconds. That is fast, and the
 * sink is glad of it; but what was collected since, and all that a sink which does not answer has not
 * taken, is gone with the process. A batch whose answer was lost is written again, as a whole.
 */
export const createBuffer: CreateProgram =
  ({ meter, settings }) =>
  (life, services) => {
    const pool = services.connections();
    let buffer: Entry[] = [];
    let batch: readonly Entry[] = [];

    async function flush(): Promise<void> {
      if (batch.length > 0 || buffer.length === 0) return;
      batch = buffer;
      buffer = [];
      try {
        await services.audit.append(
          { entries: [...batch], hasKeys: false },
          { timeoutMs: callTimeoutMs },
        );
      } catch {
        meter.count('entryErrors');
        buffer = [...batch, ...buffer];
      }
      batch = [];
    }

    const stop = life.every(settings.flushMs, () => {
      void flush();
    });
    const clinic = createPlainClinic(life, services, settings, async (entry) => {
      buffer.push(entry);
    });
    return {
      async handle(request) {
        if (!clinic.mayAsk(request)) return { status: 'denied', reason: 'role' };
        const answer = await withConnection(pool, () => clinic.perform(request));
        buffer.push(entryOf(request, 'granted'));
        return answer;
      },
      unsaved: () => buffer.length + batch.length,
      async close() {
        stop();
        while (buffer.length + batch.length > 0) {
          await flush();
          await life.sleep(100);
        }
      },
    };
  };
