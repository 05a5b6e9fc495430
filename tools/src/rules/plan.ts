import { UsageError, choose } from '@firedrill/core/command-line';

/** What is known of an example: names alone. */
export interface Subject {
  readonly name: string;
  readonly rules: readonly string[];
  /** Bugs planted into the repaired system: each is run alone. */
  readonly planted: readonly Breaker[];
  readonly implementations: readonly Breaker[];
  /** Those that are run together, whichever of them is asked for. */
  readonly lazy: readonly Breaker[];
  /** Names of the implementations that are run together, as the story. */
  readonly told: readonly string[];
}

/** A system with the rules that it is declared to break; none if nothing is declared. */
export interface Breaker {
  readonly name: string;
  readonly breaks?: readonly string[] | undefined;
}

/** The test that is to fail when a rule is set to hold. */
export interface Proof {
  readonly rule: string;
  /** The system that it runs; undefined if nobody is declared to break the rule. */
  readonly breaker: string | undefined;
  /** From the folder of the example. */
  readonly file: string;
}

const contract = 'test/scenarios.test.ts';
const bank = 'test/planted.bank.ts';

/**
 * A test for each rule, that runs a system which breaks it: the one with the fewest systems to run,
 * and of these the one that does for the most rules, so that there are few to run beforehand.
 */
export function planProofs(subject: Subject, rules: readonly string[]): readonly Proof[] {
  const { planted, implementations, lazy, told } = subject;
  const tests = [
    planted.map((each) => ({ ...each, file: bank })),
    implementations
      .filter(({ name }) => !told.includes(name))
      .map((each) => ({ ...each, file: contract })),
    lazy.map((each) => ({ ...each, file: contract })),
    implementations
      .filter(({ name }) => told.includes(name))
      .map((each) => ({ ...each, file: contract })),
  ].map((group) => group.toSorted((a, b) => (b.breaks?.length ?? 0) - (a.breaks?.length ?? 0)));
  return rules.map((rule) => {
    const found = tests.flat().find(({ breaks }) => breaks?.includes(rule));
    return { rule, breaker: found?.name, file: found?.file ?? contract };
  });
}

/** Matches the full titles of the tests of these systems, in the contract and in the bank. */
export function titlesOf(breakers: readonly string[]): RegExp {
  const names = [...new Set(breakers)].map((name) =>
    name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(
    `^(in the storm (> )?)?(${names.join('|')}) breaks exactly the rules that it declares$`,
  );
}

/** Names that were asked for, in the order of all. @throws UsageError for one that is none. */
export function chosen(words: readonly string[], all: readonly string[]): readonly string[] {
  for (const word of words) {
    if (all.includes(word)) continue;
    throw new UsageError({
      given: `"${word}"`,
      cause: 'there is no such example',
      remedy: choose(word, all),
    });
  }
  return words.length === 0 ? all : all.filter((name) => words.includes(name));
}

/**
 * Each example with its rules that were asked for; those without any are left out.
 *
 * @throws UsageError for a rule that none of them has
 */
export function rulesToProve(
  subjects: readonly Subject[],
  rule: string | undefined,
): readonly { readonly subject: Subject; readonly rules: readonly string[] }[] {
  const all = subjects.map((subject) => ({
    subject,
    rules: subject.rules.filter((each) => rule === undefined || each === rule),
  }));
  const some = all.filter(({ rules }) => rules.length > 0);
  if (rule === undefined || some.length > 0) return some;
  throw new UsageError({
    given: `--rule=${rule}`,
    cause: `there is no such rule in ${subjects.map(({ name }) => name).join(', ')}`,
    remedy: choose(rule, [...new Set(subjects.flatMap(({ rules }) => rules))]),
  });
}
