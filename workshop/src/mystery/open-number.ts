import {
  brokenIn,
  type Evidence,
  mysteryStorm,
  openMystery,
  type ProvenMystery,
  type Truth,
  truthOf,
} from '@firedrill/core/workshop';
import { findImplementation } from '@firedrill/core/scenario';
import { incidentNames, loadIncident } from '../incidents.ts';
import { Game } from './game.ts';

/** A game over a number, with what is hidden of it. */
export interface OpenedNumber {
  readonly game: Game;
  readonly evidence: Evidence;
  readonly truth: Truth;
}

/** Opens the mystery of a number, over all examples. */
export async function openNumber(
  number: number,
  onAttempt?: (attempt: number) => void,
): Promise<OpenedNumber> {
  const incidents = await Promise.all(incidentNames.map((name) => loadIncident(name)));
  const { mystery, evidence } = await openMystery(
    number,
    incidents.map(({ example }) => example),
    { ...(onAttempt && { onAttempt }) },
  );
  const game = new Game(evidence, (implementation, settings) =>
    signsLeft(mystery, implementation, settings),
  );
  return { game, evidence, truth: truthOf(mystery) };
}

/** Tries a remedy on the same storm: the names of the signs that are left. */
export async function signsLeft(
  mystery: ProvenMystery,
  implementation: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { example, signs } = mystery;
  const changed = Object.fromEntries(
    Object.entries(settings).map(([name, text]) => [name, Number(text)]),
  );
  const all = { ...mystery.settings, ...changed };
  const parsed = example.settings.safeParse(all);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(
      `The setting ${issue?.path.join('.') ?? ''} cannot be that: ${issue?.message ?? 'it is out of range'}.`,
    );
  }
  const storm = await mysteryStorm({ ...mystery, settings: all });
  const { broken } = await brokenIn(example, findImplementation(example, implementation), storm);
  return signs.filter((sign) => broken.includes(sign));
}
