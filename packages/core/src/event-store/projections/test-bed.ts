import type { Random } from '../../simulation/index.ts';
import { sleep } from '../../resilience/index.ts';
import type { RecordedEvent } from '../event.ts';
import type { MemoryDatabase } from '../memory/database.ts';
import type { MemoryTransaction } from '../memory/transaction.ts';

/** A read model in memory: which events took effect, in the order of their commits. */
export class AppliedEvents {
  readonly #applied = new Map<string, RecordedEvent[]>();

  /** Writes within a transaction, as a row would be. */
  write(key: string, event: RecordedEvent, tx: MemoryTransaction): void {
    tx.onCommit(() => {
      this.of(key).push(event);
    });
  }

  of(key: string): RecordedEvent[] {
    let events = this.#applied.get(key);
    if (events === undefined) {
      events = [];
      this.#applied.set(key, events);
    }
    return events;
  }
}

/** How what was applied differs from what was committed. Empty when nothing does. */
export function differences(
  committed: readonly RecordedEvent[],
  applied: readonly RecordedEvent[],
): string[] {
  const found: string[] = [];
  const counts = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const event of applied) {
    const count = (counts.get(event.eventId) ?? 0) + 1;
    counts.set(event.eventId, count);
    if (count > 1) found.push(`${describe(event)} applied ${count} times`);
    const key = `${event.stream.category}/${event.stream.id}`;
    const before = versions.get(key) ?? 0;
    if (event.streamVersion <= before) found.push(`${describe(event)} applied behind ${before}`);
    versions.set(key, event.streamVersion);
  }
  for (const event of committed) {
    if (!counts.has(event.eventId)) found.push(`${describe(event)} skipped`);
  }
  const known = new Set(committed.map(({ eventId }) => eventId));
  for (const event of applied) {
    if (!known.has(event.eventId)) found.push(`${describe(event)} was never committed`);
  }
  return found;
}

function describe({ stream, streamVersion, position }: RecordedEvent): string {
  return `${stream.category}/${stream.id} v${streamVersion} at ${position}`;
}

/** Everything that is committed. */
export function committedEvents({ log }: MemoryDatabase): RecordedEvent[] {
  return log.filter((event) => event !== undefined);
}

/** A pause of up to `maxMs`, drawn. */
export function pause(random: Random, maxMs: number): Promise<void> {
  return sleep(Math.ceil(random.next() * maxMs));
}
