import { sleep } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';
import type { Levels } from './levels.ts';
import type { Orders } from './orders.ts';
import type { Reservations } from './reservations.ts';
import type { Statements } from './statements.ts';

/** Looks for what nobody works on, and takes it up: after a crash, and now and then. */
export interface TakingUp {
  /** Looks once more, and then no longer. */
  close(): Promise<void>;
}

/** What a process had sent before it crashed may take effect later: it is found by the next look. */
const lookEveryMs = 60_000;
const againAfterMs = 2_000;

export function startTakingUp(
  { process, telemetry }: Context,
  statements: Statements,
  levels: Levels,
  reservations: Reservations,
  orders: Orders,
): TakingUp {
  let looking: Promise<void> | undefined;

  async function lookOnce(): Promise<void> {
    await orders.takeUp();
    for await (const { levels: found, open } of statements.survey()) {
      for (const level of found) levels.note(level);
      reservations.takeUp(open);
    }
  }

  async function lookUntilSeen(): Promise<void> {
    for (;;) {
      try {
        await lookOnce();
        return;
      } catch (error) {
        telemetry.failed(error);
        await sleep(againAfterMs);
      }
    }
  }

  /** One look at a time. */
  function look(): Promise<void> {
    looking ??= lookUntilSeen().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  const timer = setInterval(() => void look(), lookEveryMs);
  // The first process finds nothing that another has left.
  if (process.start > 1) void look();

  return {
    async close() {
      clearInterval(timer);
      await looking;
      await look();
    },
  };
}
