import { z } from 'zod';
import type { AnyExample } from '../scenario/example.ts';
import { loadShapes } from '../scenario/load-spec.ts';
import { quietTime } from '../scenario/quiet-time.ts';
import { type Fault, identifyFaults, validateFault } from '../services/index.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** A storm in a file of an example's `test/storms/`: what the tests replay from then on. */
export interface StoredStorm extends SwarmStorm {
  /** Name of the implementation. */
  readonly implementation: string;
  /** `holds`, or the known fault: the rule that breaks. It turns red when that stops breaking. */
  readonly expects: 'holds' | { readonly breaks: string };
  /** What was found, in a sentence. */
  readonly found: string;
}

const schema = z.strictObject({
  implementation: z.string(),
  expects: z.union([z.literal('holds'), z.strictObject({ breaks: z.string() })]),
  found: z.string(),
  seed: z.int().nonnegative(),
  load: z.strictObject({
    shape: z.enum(loadShapes),
    factor: z.number().positive().max(100),
    durationMs: z.number().min(1_000).max(86_400_000),
  }),
  settings: z.record(z.string(), z.number()),
  faults: z.array(z.looseObject({ id: z.string() })),
});

/**
 * Reads a stored storm from the text of its file.
 *
 * @param example whose storm it is, for what is due after its load. Default: nothing is.
 * @throws RangeError naming the file and what is wrong in it.
 */
export function readStoredStorm(file: string, text: string, example?: AnyExample): StoredStorm {
  try {
    const storm = schema.parse(JSON.parse(text));
    const quietMs = example === undefined ? 0 : quietTime(example, storm.settings).lengthMs;
    identifyFaults(storm.faults.map((fault) => within(fault, storm.load.durationMs, quietMs)));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each fault has been checked
    return storm as unknown as StoredStorm;
  } catch (error) {
    throw new RangeError(
      `Failed to read the storm ${file}: ${causeOf(error)}. Write it with "pnpm swarm", or correct it.`,
      { cause: error },
    );
  }
}

/** A fault that is one, and over when nothing is due any more: no command line could hold another. */
function within(fault: { readonly id: string }, durationMs: number, quietMs: number): Fault {
  validateFault(fault);
  if (fault.toMs <= durationMs + quietMs) return fault;
  throw new RangeError(
    `fault "${fault.id}" ends after the load and what is due then: toMs is ${fault.toMs}, load.durationMs ${durationMs}` +
      (quietMs > 0 ? `, and ${quietMs} ms are quiet` : ''),
  );
}

/** What is wrong, in one line without a full stop. */
function causeOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const path = issue?.path.map(String).join('.') ?? '';
    return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'it is no storm'}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll('\n', ' ').replace(/\.$/, '');
}

/** A storm as the text of its file. */
export const storedStormText = (storm: StoredStorm): string =>
  `${JSON.stringify(storm, undefined, 2)}\n`;
