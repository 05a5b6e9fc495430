import type { RunRecord } from '../scenario/record.ts';
import { RecordUnreadableError } from './errors.ts';

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordUnreadableError({ line, reason: 'is not JSON', cause });
  }
}

/** An iterator that is made now, for whoever begins later. */
function begun<Item>(items: AsyncIterable<Item>): () => AsyncIterator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  return () => iterator;
}

/**
 * Reads a run record back from NDJSON and validates every line. Empty lines are skipped.
 *
 * @param lines the lines without their breaks, e.g. `readline.createInterface({ input })`
 * @throws RecordUnreadableError naming the line, and the field when it is JSON
 */
export async function* readRecord(
  lines: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<RunRecord, void, undefined> {
  // Asked at once: readline drops what it reads before somebody listens.
  const listening =
    Symbol.asyncIterator in lines ? { [Symbol.asyncIterator]: begun(lines) } : lines;
  // Loaded here, so that a view does not load zod and the schema with it.
  const { runRecordSchema } = await import('../scenario/record.ts');
  let line = 0;
  for await (const text of listening) {
    line += 1;
    if (text.trim() === '') continue;
    const result = runRecordSchema.safeParse(parse(text, line));
    if (!result.success) {
      const issue = result.error.issues[0];
      const field = issue?.path.join('.') ?? '';
      const reason = `is not a record${field === '' ? '' : ` at ${field}`}: ${issue?.message ?? ''}`;
      throw new RecordUnreadableError({ line, reason, cause: result.error });
    }
    yield result.data;
  }
}
