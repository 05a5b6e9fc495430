import { withTimeout } from '@firedrill/core/services';
import type { Context } from '../../system.ts';
import type { Levels } from './levels.ts';
import type { Patience } from './patience.ts';
import type { Statements } from './statements.ts';

/** Looks for what was delivered, and puts it on sale. */
export interface Receiving {
  close(): Promise<void>;
}

/** How often somebody looks: seldom enough to cost nothing, and long before anybody gives up. */
const lookEveryMs = 10_000;
/** Three times the 99th percentile. */
const listTimeoutMs = 180;

/**
 * Books each delivery under its own id, until the database has it. The warehouse goes on saying what has come, and a
 * process that comes back books all of it again: what is booked twice is booked once.
 *
 * Nobody is given anything here: what is there goes to those who hold it, in their order, and the database has that.
 */
export function startReceiving(
  { outside, telemetry }: Context,
  statements: Statements,
  levels: Levels,
  patience: Patience,
): Receiving {
  if (outside.deliveries === undefined) return { close: async () => {} };
  const deliveries = withTimeout(outside.deliveries, listTimeoutMs);
  const booked = new Set<string>();
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const { arrived } = await deliveries.list({});
    for (const delivery of arrived) {
      if (booked.has(delivery.deliveryId)) continue;
      levels.note(await patience.persist(() => statements.receive(delivery)));
      booked.add(delivery.deliveryId);
    }
  }

  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => telemetry.failed(error))
      .finally(() => {
        looking = undefined;
      });
  }, lookEveryMs);

  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
