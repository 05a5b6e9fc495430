import { readGivenFile, UsageError } from '@firedrill/core/command-line';
import { checkData, type Flow, InvalidEventError } from '@firedrill/core/flows';
import { z } from 'zod';

/** One line of a file of events. */
const lineSchema = z.strictObject({
  event: z.string(),
  data: z.unknown(),
  id: z.string().min(1).optional(),
  /** When it is published, in ms since the run began. Default: right after the one before. */
  atMs: z.number().nonnegative().optional(),
});
export type OwnEvent = z.output<typeof lineSchema>;

const mostEvents = 1_000_000;
const mostBytes = 256_000_000;

/**
 * Reads events, one JSON object a line: `{"event": "order.placed", "data": {…}}`, and looks at each of
 * them as the door of the flow does.
 *
 * @throws UsageError naming the line that cannot be taken, and what to do.
 */
export async function readEvents(flow: Flow, path: string): Promise<readonly OwnEvent[]> {
  let text: string;
  try {
    text = readGivenFile(path, mostBytes);
  } catch (error) {
    throw refused(path, error instanceof Error ? error.message : String(error), 'Name another.');
  }
  const found: OwnEvent[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (found.length === mostEvents) {
      throw refused(path, `more than ${mostEvents} events`, 'Use several files.');
    }
    found.push(await readLine(flow, path, index + 1, line));
  }
  if (found.length > 0) return found;
  throw refused(path, 'there is no event in it', `Write one a line, e.g. ${sampleOf(flow)}.`);
}

async function readLine(flow: Flow, path: string, number: number, line: string): Promise<OwnEvent> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refused(path, `line ${number} is no JSON`, `Write it as ${sampleOf(flow)}.`);
  }
  const read = lineSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    throw refused(path, `line ${number}, ${where}`, `Write it as ${sampleOf(flow)}.`);
  }
  try {
    await checkData(flow, read.data.event, read.data.data);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    const cause = error.message.replace(/^Failed to publish /, '').replace(/\. Correct.*$/s, '');
    throw refused(path, `line ${number}, ${cause}`, 'Correct the line.');
  }
  return read.data;
}

const sampleOf = ({ events }: Flow): string =>
  `{"event": "${Object.keys(events)[0] ?? ''}", "data": {…}}`;

const refused = (path: string, cause: string, remedy: string): UsageError =>
  new UsageError({ given: `--file=${path}`, cause, remedy });
