import { type AnyExample, type AnyImplementation } from '../../scenario/example.ts';
import { judgePhase } from '../../scenario/judge.ts';
import { claimHolds, conditionsOf, keptOf, namedTrials } from '../../scenario/prove-cause.ts';
import type { FinishedPhase } from '../../scenario/run-phase.ts';
import type { Cause } from '../../scenario/scenario.ts';
import { type ReadyStorm, readyStorm, type StormChanges } from '../../scenario/storm-run.ts';
import type { RunRecord } from '../../scenario/record.ts';
import type { MysteryDraft } from './draw-mystery.ts';

/** A storm whose cause was proven, and what was tried against it. */
export interface ProvenMystery extends Omit<MysteryDraft, 'causes'> {
  readonly cause: Cause;
  /** Names of the rules that are broken with the cause, and only with it. */
  readonly signs: readonly string[];
  /** What was run to prove it, one sentence a trial. */
  readonly proof: readonly string[];
  /** The rules that each implementation breaks in this storm, by its name. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

/** What came of a draft: a proven cause, or why there is none. */
export type Proof =
  | { readonly isProven: true; readonly mystery: ProvenMystery }
  | { readonly isProven: false; readonly reason: string };

type Draft = Pick<
  MysteryDraft,
  'example' | 'implementation' | 'seed' | 'settings' | 'load' | 'faults'
>;

/**
 * The storm of a mystery, to be let loose on any implementation.
 *
 * @throws RangeError for an example whose scenario `recovery` is no storm
 */
export function mysteryStorm({
  example,
  seed,
  settings,
  load,
  faults,
}: Draft): Promise<ReadyStorm> {
  const { recovery } = example.scenarios;
  if (recovery.kind !== 'storm') throw new RangeError(`${example.name} has no storm.`);
  return readyStorm(example, recovery.storm, {
    scenario: 'recovery',
    seed,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
    settings: example.settings.parse(settings) as object,
    faults,
    isCalm: true,
    load,
    replay: '',
    next: '',
  });
}

/** No faults, and the load of every day. */
export const ordinaryDay: StormChanges = { faults: new Set<string>(), isOrdinaryLoad: true };

/** Lets a storm loose, and judges every rule. */
export async function brokenIn(
  example: AnyExample,
  implementation: AnyImplementation,
  storm: ReadyStorm,
  changes: StormChanges = {},
  write?: (record: RunRecord) => void,
): Promise<{ readonly phase: FinishedPhase; readonly broken: readonly string[] }> {
  const phase = await storm.run(implementation, write, { isTrial: true, ...changes });
  const { verdict } = judgePhase(example, implementation, 'repaired', {}, phase);
  return { phase, broken: verdict.broken };
}

/**
 * Proves a cause of a draft as `--why` proves the one of a scenario: the signs are the rules that are
 * broken in the storm, and hold on an ordinary day and without the cause; with the cause alone, on an ordinary day, all of them
 * are broken, and no smaller part of it breaks all. And somebody can help: another implementation
 * shows none of the signs in the same storm.
 *
 * @param onRun called after each storm that was run
 */
export async function proveMystery(
  draft: MysteryDraft,
  onRun: () => void = () => undefined,
): Promise<Proof> {
  const { example, implementation, causes, ...rest } = draft;
  const storm = await mysteryStorm(draft);
  const run = async (
    changes?: StormChanges,
    which: AnyImplementation = implementation,
  ): Promise<readonly string[]> => {
    const { broken } = await brokenIn(example, which, storm, changes);
    onRun();
    return broken;
  };
  const whole = await run();
  const calm = await run(ordinaryDay);
  const harm = whole.filter((rule) => !calm.includes(rule));
  if (harm.length === 0)
    return { isProven: false, reason: 'the storm breaks nothing that holds on an ordinary day' };
  for (const cause of causes) {
    const found = await tryCause(cause, storm, harm, run);
    if (found === undefined) continue;
    const broken: Record<string, readonly string[]> = { [implementation.name]: whole };
    for (const other of example.implementations) broken[other.name] ??= await run({}, other);
    const helps = Object.values(broken).some((left) =>
      found.signs.every((sign) => !left.includes(sign)),
    );
    if (!helps) return { isProven: false, reason: 'no other implementation holds in this storm' };
    const mystery = { example, implementation, ...rest, ...found, cause, broken };
    return { isProven: true, mystery };
  }
  return {
    isProven: false,
    reason: 'without the cause the same rules are broken, or with it alone they are not',
  };
}

/** The signs of a cause and the trials that prove it; undefined when they do not. */
async function tryCause(
  cause: Cause,
  storm: ReadyStorm,
  harm: readonly string[],
  run: (changes: StormChanges) => Promise<readonly string[]>,
): Promise<Pick<ProvenMystery, 'signs' | 'proof'> | undefined> {
  let signs = harm;
  const proof: string[] = [];
  for (const trial of namedTrials(conditionsOf(cause, storm))) {
    const broken = await run(keptOf(trial));
    if (trial.kind === 'without-cause') signs = harm.filter((rule) => !broken.includes(rule));
    const seen = signs.map((rule) => ({ isPresent: broken.includes(rule) }));
    if (signs.length === 0 || !claimHolds(trial.kind, seen)) return undefined;
    const present = seen.filter(({ isPresent }) => isPresent).length;
    proof.push(`${trial.label}: ${present} of ${signs.length} signs are there`);
  }
  return { signs, proof };
}
