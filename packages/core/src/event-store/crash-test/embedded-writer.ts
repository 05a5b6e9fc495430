import process from 'node:process';
import { openPgliteEventStore } from '../pglite/index.ts';
import { newEventId } from '../event-id.ts';
import { endWithParent, tellParent } from './child-process.ts';
import type { EmbeddedWriterArguments, EmbeddedWriterMessage } from './embedded-part.ts';

// Appends until it is killed, and tells the parent of every append that was acknowledged.
endWithParent();
const { directory, round }: EmbeddedWriterArguments = JSON.parse(process.argv[2] ?? '');
const store = await openPgliteEventStore({ directory });
tell({ type: 'open' });
await Promise.all([0, 1, 2, 3].map(appendForEver));

async function appendForEver(lane: number): Promise<void> {
  const stream = { category: 'crash', id: `${round}-${lane}` };
  for (let version = 0; ;) {
    const events = Array.from({ length: 1 + (version % 3) }, () => ({
      type: 'crash.appended',
      data: { round, lane },
      eventId: newEventId(),
    }));
    const { toVersion } = await store.append(stream, events, { expectedVersion: version });
    version = toVersion;
    tell({
      type: 'acknowledged',
      stream: stream.id,
      toVersion,
      eventIds: events.map(({ eventId }) => eventId),
    });
  }
}

function tell(message: EmbeddedWriterMessage): void {
  tellParent(message);
}
