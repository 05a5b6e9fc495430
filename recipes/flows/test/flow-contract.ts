import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnyExample,
  type DefinedExample,
  type ExampleTypes,
  type Implementation,
  repairedOf,
  scenarioNames,
  type SystemContext,
} from '@firedrill/core/scenario';
import { forbiddenImports } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { readStoredStorm, runSeed } from '@firedrill/core/swarm';
import { describe, expect, test } from 'vitest';

export interface FlowContractOptions<E extends ExampleTypes> {
  /** Systems with a mistake, for the rules that the naive twin keeps. Default: none. */
  readonly planted?: readonly (Implementation<E> & { readonly breaks: readonly string[] })[];
}

const folder = join(import.meta.dirname, '../src');
/** What the judge and the world outside have to themselves. */
const judges = new Set(['example.ts', 'rules.ts', 'services.ts', 'world.ts']);

/** What flows share, and what imports nothing of a run. */
const shared = ['../replay/replay-cache.ts'];

/** Declares the tests that hold for every flow, with vitest. */
export function flowContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  { planted = [] }: FlowContractOptions<E> = {},
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no flow
  const example = {
    ...defined,
    implementations: [...defined.implementations, ...planted],
  } as unknown as AnyExample;
  const name = defined.name.replace('flows/', '');
  const broken = new Map<string, readonly string[]>();

  const failure = once(() => collectRun(example, { scenario: 'failure' }));

  describe.each(scenarioNames)('%s', (scenario) => {
    test('comes out as declared', async () => {
      const { finished } = await (scenario === 'failure'
        ? failure()
        : collectRun(example, { scenario }));
      expect(finished.reason).toMatch(/as declared|every check/);
      expect(finished.isAsDeclared).toBe(true);
    });
  });

  test('two runs of a seed are the same, and those of two seeds are not', async () => {
    const first = await failure();
    const again = await collectRun(example, { scenario: 'failure' });
    const other = await collectRun(example, { scenario: 'failure', seed: 2 });
    expect(again.finished.hash).toBe(first.finished.hash);
    expect(other.finished.hash).not.toBe(first.finished.hash);
  });

  test.each(example.implementations.filter(({ role }) => role === undefined))(
    '$name breaks exactly the rules that it declares',
    async ({ name: implementation, breaks = [] }) => {
      const run = await collectRun(example, {
        scenario: 'story',
        implementations: [implementation],
        proof: 'none',
      });
      const found = run.records.filter(isOf('verdict')).flatMap((verdict) => verdict.broken);
      broken.set(implementation, found);
      expect(found.toSorted()).toEqual([...breaks].toSorted());
      expect(run.finished.isAsDeclared).toBe(false);
    },
  );

  test('every rule is broken by somebody', () => {
    const seen = new Set([...broken.values()].flat());
    expect(Object.keys(example.rules).filter((rule) => !seen.has(rule))).toEqual([]);
  });

  const storms = join(folder, name, 'test/storms');
  test.each(existsSync(storms) ? readdirSync(storms) : [])(
    'the storm %s comes out as its file says',
    async (file) => {
      const stored = readStoredStorm(file, readFileSync(join(storms, file), 'utf8'), example);
      const { breakage } = await runSeed(example, stored, stored.implementation);
      const expected = stored.expects === 'holds' ? undefined : stored.expects.breaks;
      expect(breakage?.rule, breakage?.text).toBe(expected);
    },
  );

  const files = readdirSync(join(folder, name)).filter(
    (file) => file.endsWith('.ts') && !file.includes('.test.') && !judges.has(file),
  );
  test.each(files)('%s reaches neither the judge nor Node', (file) => {
    expect(forbiddenImports(join(folder, name), file, shared)).toEqual([]);
  });
}

/** Makes something when it is asked for, and gives the same to whoever asks later. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Makes the flow with one thing about it that is wrong. */
export function plantedIn<E extends ExampleTypes>(example: DefinedExample<E>) {
  const repaired = repairedOf(example);
  return (
    name: string,
    breaks: readonly string[],
    spoil: (system: E['system'], context: SystemContext<E>) => E['system'],
  ): Implementation<E> & { readonly breaks: readonly string[] } => ({
    name,
    week: 50,
    flaw: 'planted by a test',
    breaks,
    create: (context) => spoil(repaired.create(context), context),
  });
}
