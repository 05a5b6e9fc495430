import type { EventCatalogue } from '../catalogue/define-events.ts';
import { EventIdReusedError, streamName, VersionConflictError } from '../errors.ts';
import type { AppendResult } from '../event-store.ts';
import type { StreamAppend } from './append-to-stream.ts';
import { StreamFullError, StreamHeadError } from './errors.ts';
import { findAppendStanding } from './find-standing.ts';
import type { SqlExecutor } from './sql-database.ts';
import { sequenceError } from './sequence-error.ts';
import { constraintOf, isUniqueViolation, sqlState } from './sql-state.ts';

/** What the database raised is the store's own refusal, or what it says itself. */
export function appendError(error: unknown, { stream }: StreamAppend): unknown {
  const name = streamName(stream);
  if (sqlState(error) === '22003') return new StreamFullError(name, error);
  if (constraintOf(error) === 'event_stream') return new StreamHeadError(name, error);
  return sequenceError(error, `append to ${name}`, { table: 'event', column: 'position' });
}

/**
 * Finds out why an append wrote nothing: it repeats an earlier one, which is no error, or it is refused.
 *
 * @param violation What the database raised; `undefined` when the stream was at another version.
 */
export async function explainAppend(
  executor: SqlExecutor,
  request: StreamAppend,
  violation: unknown,
  catalogue: EventCatalogue | undefined,
): Promise<AppendResult> {
  if (violation !== undefined && !isUniqueViolation(violation)) throw violation;
  const { stream, expectedVersion } = request;
  const { actualVersion, standing } = await findAppendStanding(executor, request, catalogue);
  if (standing.kind === 'repetition') return standing.result;
  // With other content it is no question of versions: another version would not mend it.
  if (standing.kind === 'reuse' && (violation !== undefined || standing.reason === 'changed')) {
    const { eventIds, reason } = standing;
    throw new EventIdReusedError(stream, eventIds, reason, { cause: violation });
  }
  if (violation !== undefined) throw violation;
  throw new VersionConflictError(stream, expectedVersion, actualVersion);
}
