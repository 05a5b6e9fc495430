import type { RecordedEvent } from '../event.ts';
import { defineProjection, type Projection } from '../projections/index.ts';
import type { SqlTransaction } from '../postgres/index.ts';

/** What the processes of the PostgreSQL part are told when they are forked, as one JSON argument. */
export interface ChildArguments {
  readonly url: string;
  readonly seed: number;
  readonly name: string;
}

/** What a writer tells: committed events since it last told, or with how many rollbacks it has ended. */
export interface WriterMessage {
  readonly committed: number;
  readonly rolledBack: number;
}

/** What a worker tells: that it has buckets, took one over that was not given back, or lost one. */
export interface WorkerMessage {
  readonly type: 'listening' | 'ready' | 'bucket.acquired' | 'bucket.lost' | 'failed';
  readonly text: string;
}

export const categories = ['order', 'payment', 'parcel'] as const;
export const streamsOfCategory = 40;

/** A table without any constraint: what is applied twice stands in it twice. */
export const appliedTable = `CREATE TABLE applied (
  sequence bigserial PRIMARY KEY,
  projection text NOT NULL,
  event_id uuid NOT NULL,
  category text NOT NULL,
  stream text NOT NULL,
  version integer NOT NULL
)`;

/** The caller's own data, written in the transactions that append. */
export const businessTable = 'CREATE TABLE business (writer text NOT NULL, note text NOT NULL)';

/** The projections under test: all events, and a part of them. */
export function crashTestProjections(
  think: () => Promise<void>,
): readonly Projection<SqlTransaction>[] {
  const handle =
    (projection: string) =>
    async (events: readonly RecordedEvent[], tx: SqlTransaction): Promise<void> => {
      await tx.query(
        `INSERT INTO applied (projection, event_id, category, stream, version)
         SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::integer[])`,
        [
          projection,
          events.map(({ eventId }) => eventId),
          events.map(({ stream }) => stream.category),
          events.map(({ stream }) => stream.id),
          events.map(({ streamVersion }) => streamVersion),
        ],
      );
      // Killed here, the rows above must go with the checkpoint.
      await think();
    };
  return [
    defineProjection({
      name: 'everything',
      buckets: 16,
      batchSize: 50,
      handle: handle('everything'),
    }),
    defineProjection({
      name: 'payments',
      buckets: 8,
      batchSize: 50,
      filter: { categories: ['payment'] },
      handle: handle('payments'),
    }),
  ];
}
