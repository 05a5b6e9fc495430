import { simulate } from '../../simulation/index.ts';
import { MemoryDatabase } from '../memory/database.ts';
import { createMemoryEventStore, type MemoryEventStore } from '../memory/memory-event-store.ts';
import type { MemoryTransaction } from '../memory/transaction.ts';
import { type BatchHandler, defineProjection, type Projection } from './define-projection.ts';
import type { RunnerNotice } from './notices.ts';
import { createProjectionRunner, type ProjectionRunner } from './runner.ts';
import type { ProjectionRunnerOptions } from './runner-options.ts';
import { AppliedEvents } from './test-bed.ts';

type Handle = BatchHandler<MemoryTransaction, { readonly type: string; readonly data: unknown }>;

/** What a test of the runner has at hand, under virtual time. */
export class RunnerBed {
  readonly database = new MemoryDatabase({ bucketCount: 16 });
  readonly store = createMemoryEventStore({ database: this.database });
  readonly applied = new AppliedEvents();
  readonly notices: RunnerNotice[] = [];

  /** A projection that writes what it handles; `also` can do more, and fail. */
  projection(
    also: Handle = () => {},
    options: Partial<Projection<MemoryTransaction>> = {},
  ): Projection<MemoryTransaction> {
    const { name = 'totals', ...rest } = options;
    const handle: Handle = async (events, tx, context) => {
      for (const event of events) this.applied.write(`${name} ${context.generation}`, event, tx);
      await also(events, tx, context);
    };
    return { ...defineProjection<MemoryTransaction>({ name, handle }), ...rest };
  }

  /** Starts a runner on a store of its own, as if it were a process of its own. */
  async start(
    projection: Projection<MemoryTransaction>,
    options: Partial<ProjectionRunnerOptions<MemoryTransaction>> = {},
  ): Promise<{ readonly runner: ProjectionRunner; readonly store: MemoryEventStore }> {
    const store = createMemoryEventStore({ database: this.database });
    const runner = createProjectionRunner(store, {
      projections: [projection],
      leaseMs: 3_000,
      onNotice: (notice) => void this.notices.push(notice),
      ...options,
    });
    await runner.start();
    return { runner, store };
  }

  /** Appends events of these types to an order. */
  async append(id: string, ...types: readonly string[]): Promise<void> {
    const events = types.map((type) => ({ type, data: null }));
    await this.store.append({ category: 'order', id }, events, { expectedVersion: 'any' });
  }

  /** Types of the events that took effect, in order. */
  types(key = 'totals 1'): string[] {
    return this.applied.of(key).map(({ type }) => type);
  }
}

/** Runs a test under virtual time. */
export function simulated(
  body: (bed: RunnerBed) => Promise<void>,
): Promise<{ readonly timersFired: number }> {
  const start = '2026-01-01T00:00:00Z';
  return simulate({ seed: 1, start, maxVirtualMs: 3_600_000 }, () => body(new RunnerBed()));
}
