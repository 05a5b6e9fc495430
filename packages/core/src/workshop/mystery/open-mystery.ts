import type { AnyExample } from '../../scenario/example.ts';
import { collectEvidence } from './collect-evidence.ts';
import { drawMystery } from './draw-mystery.ts';
import type { Evidence } from './evidence.ts';
import { proveMystery, type ProvenMystery } from './prove-mystery.ts';

/** A mystery, and what a team can find out about it. */
export interface OpenedMystery {
  readonly mystery: ProvenMystery;
  readonly evidence: Evidence;
}

/** A number that gives nothing in so many attempts is a defect of the drawing, and no bad luck. */
const mostAttempts = 60;

/** Who is told how the drawing of a mystery goes on. */
export interface OpenOptions {
  /** Told before each draft, from 1 on: there is something to wait for. */
  readonly onAttempt?: (attempt: number) => void;
}

/**
 * The mystery of a number: drafts are drawn one after the other until one is proven, so the same number
 * gives the same mystery on every machine that has the same version of the examples.
 *
 * @param examples in an order that is the same everywhere
 * @throws RangeError when none of the first drafts can be proven
 */
export async function openMystery(
  number: number,
  examples: readonly AnyExample[],
  { onAttempt = () => undefined }: OpenOptions = {},
): Promise<OpenedMystery> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    onAttempt(attempt + 1);
    const proof = await proveMystery(await drawMystery(number, attempt, examples));
    if (!proof.isProven) continue;
    return { mystery: proof.mystery, evidence: await collectEvidence(proof.mystery) };
  }
  throw new RangeError(
    `Failed to open mystery ${number}: none of ${mostAttempts} drafts could be proven. Use another number.`,
  );
}
