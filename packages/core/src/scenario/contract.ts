import { describe, expect, test } from 'vitest';
import type { AnyExample } from './example.ts';
import { runRecordSchema } from './record.ts';
import type { RunOptions } from './run.ts';
import { collectRun, isOf } from './testing.ts';

export interface ExampleContractOptions {
  /** The kinds of faults in its storm. */
  readonly faultKinds: readonly string[];
  /**
   * Checks that each flawed implementation breaks when it stands in place of the repaired one, and
   * what the report says of the first event that broke it.
   */
  readonly violations: Readonly<Record<string, RegExp>>;
  /** The run whose hash is compared, if a smaller one than `failure` will do. */
  readonly hashed?: Partial<RunOptions>;
}

/**
 * Declares the tests that hold for every example, with vitest: its scenarios end as expected, its
 * runs repeat, its faults fire, and a system in the wrong place is found out. A failing seed is
 * replayed by `pnpm --filter <example> start -- --scenario=… --seed=…`.
 */
export function exampleContract(example: AnyExample, options: ExampleContractOptions): void {
  const { faultKinds, violations, hashed = {} } = options;
  const repaired = example.implementations.at(-1)?.name ?? '';
  const flawed = example.implementations.slice(0, -1).map(({ name }) => name);

  describe.each(['failure', 'recovery', 'scale', 'story'] as const)('%s', (scenario) => {
    test('ends as expected, with every record as its schema says', async () => {
      const { records, finished } = await collectRun(example, { scenario });
      const failed = records.filter(isOf('check')).filter(({ ok }) => !ok);
      expect(failed).toEqual([]);
      expect(finished.verdict).toBe('as-expected');
      for (const record of records) runRecordSchema.parse(record);
    });
  });

  test('the same seed gives the same hash, and another seed another', async () => {
    const run = { scenario: 'failure', ...hashed } as const;
    const [first, second, other] = [
      await collectRun(example, run),
      await collectRun(example, run),
      await collectRun(example, { ...run, seed: 2 }),
    ];
    expect(second.finished.hash).toBe(first.finished.hash);
    expect(other.finished.hash).not.toBe(first.finished.hash);
  });

  test('every fault of the storm fires, and is counted', async () => {
    const { records } = await collectRun(example, { scenario: 'recovery' });
    const ended = records.filter(isOf('fault.ended')).filter(({ phase }) => phase === repaired);
    expect(new Set(ended.map(({ fault }) => fault.kind))).toEqual(new Set(faultKinds));
    for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
  });

  test.each(flawed)(
    '%s in place of the repaired system fails, naming the first event that broke an invariant',
    async (implementation) => {
      const run = { scenario: 'recovery', implementation } as const;
      const { records, finished } = await collectRun(example, run);
      expect(finished.verdict).toBe('check-failed');
      const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
      for (const [check, says] of Object.entries(violations)) {
        const violation = broken.find(({ name }) => name === check)?.firstViolation;
        expect(violation?.text, check).toMatch(says);
      }
    },
  );

  test('the repaired system in place of the broken one: the incident does not happen, and that fails', async () => {
    const run = { scenario: 'failure', implementation: repaired } as const;
    const { finished } = await collectRun(example, run);
    expect(finished.verdict).toBe('check-failed');
  });
}
