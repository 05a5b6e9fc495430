import { backoffDelayMs, ExpectedError, sleep, withConnection } from '@firedrill/core/resilience';
import { ServiceError, withTimeout } from '@firedrill/core/services';
import type { Context, Outside } from '../../system.ts';

/** A statement takes 6 ms at its 99th percentile; after this it is asked again. */
export const statementTimeoutMs = 500;

/** The database with a limit on every call. */
export type Database = ReturnType<typeof limited>;

const limited = (database: Outside['database']) => withTimeout(database, statementTimeoutMs);

/** How statements reach the database. */
export interface Books {
  /** One statement on a connection of its own. Rejects when it fails, or its outcome is unknown. */
  run<T>(statement: (database: Database) => Promise<T>): Promise<T>;
  /**
   * As `run`, again and again until it is done: for what must not be lost. Every statement of the
   * platform may be repeated: the second time it changes nothing.
   */
  insist<T>(statement: (database: Database) => Promise<T>): Promise<T>;
}

const backoff = { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 'full' } as const;

/** A connection is held for a statement, not for a payment. */
export function createBooks({ outside, random, telemetry }: Context): Books {
  const database = limited(outside.database);
  const jitter = random('statements');
  const run: Books['run'] = (statement) =>
    withConnection(outside.connections, () => statement(database));

  return {
    run,
    async insist(statement) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await run(statement);
        } catch (error) {
          if (!mayPass(error)) throw error;
          telemetry.failed(error);
          await sleep(backoffDelayMs(backoff, attempt, () => jitter.next()));
        }
      }
    },
  };
}

/** Whether a failure is of the kind that passes: not a mistake of ours, and not a refusal for good. */
function mayPass(error: unknown): boolean {
  if (error instanceof ServiceError) return error.status >= 500 || error.status === 429;
  return error instanceof ExpectedError;
}
