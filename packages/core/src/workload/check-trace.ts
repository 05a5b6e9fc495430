import { TraceError } from './errors.ts';
import type { Trace } from './read-trace.ts';

/**
 * Checks the fields of a trace against those that somebody understands.
 *
 * @param known the names of all fields that may occur
 * @param remedyFor says what a value should be when it is wrong, and nothing when it is right
 * @throws TraceError naming file, line and field
 */
export function checkTraceFields(
  trace: Trace,
  known: readonly string[],
  remedyFor: (field: string, text: string) => string | undefined = () => undefined,
): void {
  const { file } = trace;
  for (const { line, fields = {} } of trace.arrivals) {
    for (const [field, text] of Object.entries(fields)) {
      if (!known.includes(field)) {
        const remedy = `Use ${known.join(', ') || 'no field but the time'}, or leave it out.`;
        throw new TraceError({ file, line, field, found: 'nobody knows this field', remedy });
      }
      const remedy = remedyFor(field, text);
      if (remedy === undefined) continue;
      throw new TraceError({ file, line, field, found: `got ${JSON.stringify(text)}`, remedy });
    }
  }
}
