import type { RecordedEvent } from '../event.ts';
import type { EventFilter } from '../event-store.ts';
import { eventColumns, eventOf } from './event-row.ts';
import type { SqlExecutor, Statement } from './sql-database.ts';

/**
 * Positions that one statement looks at when a filter is on. A projection that wants one event in a
 * million reads in steps of this many, and no statement takes long.
 */
const windowPositions = 50_000;

const columns = { types: 'type', categories: 'category', tenants: 'tenant' } as const;
type Scope = keyof typeof columns;
const scopes: readonly Scope[] = ['types', 'categories', 'tenants'];

const statements = new Map<string, Statement>();

/** The next events behind `after` up to the horizon, and the position that was looked at. */
export async function readPage(
  executor: SqlExecutor,
  page: { readonly after: number; readonly horizon: number; readonly limit: number },
  filter: EventFilter = {},
): Promise<{ readonly events: RecordedEvent[]; readonly scannedTo: number }> {
  const { after, horizon, limit } = page;
  if (after >= horizon) return { events: [], scannedTo: after };
  const present = scopes.filter((scope) => filter[scope] !== undefined);
  const isFiltered = present.length > 0 || filter.buckets !== undefined;
  const to = isFiltered ? Math.min(horizon, after + windowPositions) : horizon;
  const params: unknown[] = [after, to, limit, ...present.map((scope) => filter[scope])];
  if (filter.buckets !== undefined) params.push(filter.buckets);
  const rows = await executor.run(statementFor(present, filter.buckets !== undefined), params);
  const events = rows.map(eventOf);
  const last = events.at(-1);
  return { events, scannedTo: events.length === limit && last ? last.position : to };
}

function statementFor(present: readonly Scope[], hasBuckets: boolean): Statement {
  const name = ['read_page', ...present, ...(hasBuckets ? ['buckets'] : [])].join('_');
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = { name, text: hasBuckets ? bucketsText(present) : plainText(present) };
    statements.set(name, statement);
  }
  return statement;
}

function plainText(present: readonly Scope[]): string {
  return `SELECT ${eventColumns} FROM es.event e
    WHERE e.position > $1 AND e.position <= $2 ${conditions(present)}
    ORDER BY e.position LIMIT $3`;
}

/** Merges the first events of each bucket: the index has them in order, bucket by bucket. */
function bucketsText(present: readonly Scope[]): string {
  return `SELECT ${eventColumns} FROM (
      SELECT first.position
      FROM unnest($${present.length + 4}::integer[]) AS b (bucket)
      CROSS JOIN LATERAL (
        SELECT e.position FROM es.event e
        WHERE e.bucket = b.bucket AND e.position > $1 AND e.position <= $2 ${conditions(present)}
        ORDER BY e.position LIMIT $3
      ) AS first
      ORDER BY first.position LIMIT $3
    ) AS chosen
    JOIN es.event e ON e.position = chosen.position
    ORDER BY e.position`;
}

function conditions(present: readonly Scope[]): string {
  return present
    .map((scope, index) => `AND e.${columns[scope]} = ANY($${index + 4}::text[])`)
    .join(' ');
}
