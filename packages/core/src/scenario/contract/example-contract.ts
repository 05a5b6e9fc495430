import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '../../peers/vitest.ts';
import type { Fault } from '../../services/index.ts';
import {
  type AnyExample,
  type AnyImplementation,
  type AnyTypes,
  type DefinedExample,
  repairedOf,
} from '../example.ts';
import type { Implementation } from '../implementation.ts';
import { judgePhase } from '../judge.ts';
import { conditionsOf, type NamedCondition } from '../prove-cause.ts';
import { runRecordSchema } from '../record.ts';
import type { RunOptions } from '../run.ts';
import { type ScenarioName, type StormScenario } from '../scenario.ts';
import { readStoredStorm, runSeed } from '../../swarm/index.ts';
import { readyStorm } from '../storm-run.ts';
import { eachDeclaration } from '../outside/index.ts';
import { SimulationCancelledError } from '../../simulation/index.ts';
import { collectRun, isOf, simulateSystem } from '../testing.ts';
import type { ExampleTypes } from '../types.ts';
import { bankSample } from './bank-sample.ts';
import { forbiddenImports, importsOf } from './import-graph.ts';
import { reachableFrom } from './reach.ts';

/** A realistic bug in the repaired system, in a file of the tests. */
export interface Planted<E extends ExampleTypes> extends Implementation<E> {
  readonly breaks: readonly string[];
  /** Faults besides those of the storm, without which it does not show. */
  readonly faults?: readonly Fault[];
  /** What has to be on for it to show, e.g. `{ ledger: true }`. */
  readonly settings?: Readonly<Partial<E['settings']>>;
}

/** Where the example lies, and what its contract is to expect. */
export interface ExampleContractOptions<E extends ExampleTypes> {
  /** The `src` folder of the example. */
  readonly source: string;
  /** Modules of Node that implementations may import all the same. Default: none. */
  readonly allowedModules?: readonly string[];
  /**
   * Systems with a bug of their own. Of these, the ones that a rule needs that nobody else breaks are
   * run, until they have broken it; {@link plantedContract} runs all, to the end. Default: none.
   */
  readonly planted?: readonly Planted<E>[];
  /** What the report says of the first event that broke a rule, by the rule, in some week. */
  readonly violations?: Readonly<Record<string, RegExp>>;
  /**
   * Settings of every storm but `failure` and the story, if a smaller one shows as much. Default: those
   * of the example.
   */
  readonly small?: Partial<E['settings']>;
  /**
   * Settings of the storms of planted bugs, if one that is smaller yet shows each of them but those in
   * `inFull`. Default: `small`.
   */
  readonly smallest?: Partial<E['settings']>;
  /**
   * Names of those that need the storm in full to break what they declare, or to show every sign of the
   * incident. Default: none.
   */
  readonly inFull?: readonly string[];
  /** Settings, by name, of the storms of those that need more than `small`, and not all. Default: none. */
  readonly larger?: Readonly<Record<string, Partial<E['settings']>>>;
  /** The run whose hash is compared, if another one than a small `failure` will do. */
  readonly hashed?: Partial<RunOptions>;
}

/** Runs, each made once, when the first test asks for it. They are shared: only read them. */
export interface ContractRuns {
  /** A scenario as it is by default. */
  readonly run: (scenario: ScenarioName) => ReturnType<typeof collectRun>;
  /** The repaired system in the small storm of `failure`. */
  readonly repairedInFailure: () => ReturnType<typeof collectRun>;
}

/** The storm of `recovery` in which planted bugs are run. */
export interface PlantedStorm<E extends ExampleTypes> {
  /** For bugs that the first one does not show. Default: 1. */
  readonly seed?: number;
  /** A smaller storm that shows as much. Default: those of the example. */
  readonly settings?: Partial<E['settings']>;
}

function expectAsDeclared({ records, finished }: Awaited<ReturnType<typeof collectRun>>): void {
  expect(finished.reason).toMatch(/as declared|every check/);
  expect(finished.isAsDeclared).toBe(true);
  for (const record of records) runRecordSchema.parse(record);
}

/**
 * Declares the tests of a bank of planted bugs, with vitest: each is found, by its rules.
 */
export function plantedContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  planted: readonly Planted<E>[],
  storm: PlantedStorm<E> = {},
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const recovery = stormOf(example, 'recovery');
  test.each(bankSample(planted).map((each) => ({ name: each.name, bug: each })))(
    '$name breaks exactly the rules that it declares',
    async ({ bug }) => {
      const { faults, settings } = bug;
      const found = await brokenIn(example, recovery, bug as AnyImplementation, {
        ...storm,
        settings: { ...storm.settings, ...settings },
        faults,
      });
      expect(found.toSorted()).toEqual([...bug.breaks].toSorted());
    },
  );
}

/** The fewest of these without which some rule would be broken by nobody, one after the other. */
function onlyBreakers<E extends ExampleTypes>(
  example: AnyExample,
  planted: readonly Planted<E>[],
): readonly Planted<E>[] {
  const systems = [...example.implementations, ...Object.values(example.lazy)];
  const open = new Set(Object.keys(example.rules));
  for (const { breaks = [] } of systems) for (const rule of breaks) open.delete(rule);
  return planted.filter(({ breaks }) => {
    const isNeeded = breaks.some((rule) => open.has(rule));
    for (const rule of breaks) open.delete(rule);
    return isNeeded;
  });
}

/**
 * Declares the tests that hold for every example, with vitest. A failing seed is replayed by
 * `pnpm --filter <example> start -- --scenario=… --seed=…`. The scenarios `scale`, the longest, and
 * `recovery`, of which the story is the whole, are run by `pnpm scenarios` alone.
 *
 * @returns the runs of its tests, for those of the example
 */
export function exampleContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  options: ExampleContractOptions<E>,
): ContractRuns {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const {
    source,
    planted = [],
    violations = {},
    hashed = {},
    small = {},
    smallest = small,
    inFull = [],
    larger = {},
    allowedModules = [],
  } = options;
  const repaired = repairedOf(example).name;
  const lazy: readonly AnyImplementation[] = Object.values(example.lazy);
  const claimed = [...example.implementations, ...lazy].filter(
    ({ breaks }) => breaks !== undefined,
  );
  const recovery = stormOf(example, 'recovery');

  const runs = new Map<ScenarioName, ReturnType<typeof collectRun>>();
  /** A run that several tests look at, made when the first of them asks. */
  const run = (scenario: ScenarioName) => {
    const known = runs.get(scenario) ?? collectRun(example, { scenario });
    runs.set(scenario, known);
    return known;
  };
  const verdictInStory = async (name: string) => {
    const { records } = await run('story');
    const verdict = records.filter(isOf('verdict')).find(({ phase }) => phase === name);
    return verdict?.broken ?? ['(it did not run)'];
  };
  let ofRepaired: ReturnType<typeof collectRun> | undefined;
  const repairedInFailure = () =>
    (ofRepaired ??= collectRun(example, {
      scenario: 'failure',
      implementations: [repaired],
      settings: small,
    }));
  const sizeFor = (name: string, size = small) =>
    inFull.includes(name) ? {} : (larger[name] ?? size);

  test.each(['failure', 'story'] as const)(
    '%s comes out as declared, with every record as its schema says',
    async (scenario) => {
      expectAsDeclared(await run(scenario));
    },
  );

  test('whoever plays in recovery plays the same part, in the same storm, in the story', () => {
    const story = stormOf(example, 'story');
    expect(story.storm).toBe(recovery.storm);
    const parts = story.cast.map(({ implementation, role }) => ({ implementation, role }));
    for (const { implementation, role } of recovery.cast) {
      expect(parts).toContainEqual({ implementation, role });
    }
  });

  test('the same seed gives the same hash, and another seed another', async () => {
    const asHashed = { scenario: 'failure', settings: small, ...hashed } as const;
    const first = await collectRun(example, asHashed);
    const second = await collectRun(example, asHashed);
    const other = await collectRun(example, { ...asHashed, seed: 2 });
    expect(second.finished.hash).toBe(first.finished.hash);
    expect(other.finished.hash).not.toBe(first.finished.hash);
  });

  test('no link of the chain from cause to victim is earlier than the first cause', async () => {
    const { records } = await run('failure');
    const explained = records.filter(isOf('explanation'));
    expect(explained.length).toBeGreaterThan(0);
    for (const { chain } of explained) {
      const clocks = (links: typeof chain): readonly string[] =>
        links.flatMap(({ text }) => [...text.matchAll(/\d\d:\d\d:\d\d/g)].map(([clock]) => clock));
      const causes = chain.filter(({ kind }) => kind === 'cause');
      const [first = ''] = clocks(causes).toSorted();
      for (const clock of clocks(chain)) expect(clock >= first, `${clock}, ${first}`).toBe(true);
    }
  });

  test('every fault of the storm fires, and is counted', async () => {
    const { records } = await run('story');
    const ended = records.filter(isOf('fault.ended')).filter(({ phase }) => phase === repaired);
    expect(ended.length).toBeGreaterThan(0);
    for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
  });

  describe('in the storm', () => {
    const told = new Set(storyCast(example));
    const others = claimed.filter(({ name }) => !told.has(name));
    const broken = new Map<string, readonly string[]>();
    const expectExactly = ({ name, breaks }: AnyImplementation, found: readonly string[]): void => {
      broken.set(name, found);
      expect(found.toSorted()).toEqual([...(breaks ?? [])].toSorted());
    };

    test.each(claimed.filter(({ name }) => told.has(name)))(
      '$name breaks exactly the rules that it declares',
      async (implementation) => {
        expectExactly(implementation, await verdictInStory(implementation.name));
      },
    );

    test.each(others)('$name breaks exactly the rules that it declares', async (implementation) => {
      const settings = sizeFor(implementation.name);
      expectExactly(
        implementation,
        await brokenIn(example, recovery, implementation, { settings }),
      );
    });

    // Which objectives they miss besides, the bank shows: there people come to the end.
    test.each(onlyBreakers(example, planted).map((bug) => ({ name: bug.name, bug })))(
      '$name breaks the rules that it declares, and no other invariant',
      async ({ bug }) => {
        const { name, breaks, faults, settings } = bug;
        const found = await brokenIn(example, recovery, bug as AnyImplementation, {
          faults,
          settings: { ...sizeFor(name, smallest), ...settings },
          until: breaks,
        });
        expectExactly(bug as AnyImplementation, found);
      },
    );

    test('every rule is broken by somebody', () => {
      const seen = new Set([...broken.values()].flat());
      const unbroken = Object.keys(example.rules).filter((rule) => !seen.has(rule));
      expect(unbroken, 'rules that nobody here breaks: nothing shows that they can fail').toEqual(
        [],
      );
    });

    test('a lazy one in place of the repaired system fails, and what it fails is named', async () => {
      const [{ name } = { name: '' }] = lazy;
      const { records, finished } = await collectRun(example, {
        scenario: 'recovery',
        implementations: [name],
        settings: sizeFor(name),
      });
      expect(finished.isAsDeclared).toBe(false);
      const verdict = records.filter(isOf('verdict')).find(({ phase }) => phase === name);
      expect(verdict?.broken.length).toBeGreaterThan(0);
      for (const rule of verdict?.broken ?? []) expect(finished.reason).toContain(rule);
    });
  });

  test.each(Object.entries(violations))(
    'the first event that broke %s is told',
    async (rule, says) => {
      const { records } = await run('story');
      const texts = records
        .filter(isOf('check'))
        .filter(({ name, ok }) => name === rule && !ok)
        .map(({ firstViolation }) => firstViolation?.text);
      expect(
        texts.some((text) => text !== undefined && says.test(text)),
        texts.join('\n'),
      ).toBe(true);
    },
  );

  test('the repaired system in failure: the incident does not happen, and that is said', async () => {
    const { finished } = await repairedInFailure();
    expect(finished.isAsDeclared).toBe(false);
    expect(finished.reason).toContain('the incident did not happen');
  });

  describe('the cause of the incident', () => {
    const failure = stormOf(example, 'failure');
    const { cause, signs = {}, storm, cast } = failure;
    if (cause === undefined) throw new RangeError('The failure of an example names its cause.');

    const [{ implementation: player } = { implementation: '' }] = cast;

    const signsWith = async (keep: (condition: NamedCondition) => boolean) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
      const settings = example.settings.parse(sizeFor(player)) as object;
      const ready = await readyStorm(example, storm, { ...noOptions, settings });
      const kept = conditionsOf(cause, ready)
        .filter(keep)
        .map(({ condition }) => condition);
      const implementation = example.implementations.find(({ name }) => name === player);
      if (implementation === undefined) throw new RangeError('The failure has no implementation.');
      const phase = await ready.run(implementation, undefined, {
        faults: new Set(
          kept.flatMap((condition) => ('faults' in condition ? condition.faults : [])),
        ),
        isOrdinaryLoad: !kept.some((condition) => 'load' in condition),
        isTrial: true,
      });
      const { checks } = judgePhase(example, implementation, 'broken', signs, phase);
      return checks.filter(({ kind, ok }) => kind === 'sign' && ok).map(({ name: sign }) => sign);
    };
    const names = Object.keys(cause.conditions);
    const all = Object.keys(signs);

    test('without it no sign is there', async () => {
      expect(await signsWith(({ isOfCause }) => !isOfCause)).toEqual([]);
    });

    test('with it alone, on an ordinary day, every sign is there', async () => {
      expect(await signsWith(({ isOfCause }) => isOfCause)).toEqual(all);
    });

    const hasLoad = Object.values(cause.conditions).some((condition) => 'load' in condition);
    const parts =
      hasLoad && names.length > 1 ? names.map((left) => names.filter((name) => name !== left)) : [];
    test.each(parts.map((part) => ({ name: part.join(' and '), part })))(
      '$name alone brings not every sign',
      async ({ part }) => {
        const seen = await signsWith(({ isOfCause, name }) => isOfCause && part.includes(name));
        expect(seen).not.toEqual(all);
      },
    );
  });

  describe('storms that the swarm has found', () => {
    const folder = join(source, '../test/storms');
    const files = existsSync(folder)
      ? readdirSync(folder).filter((file) => file.endsWith('.json'))
      : [];
    test.each(files)('%s comes out as its file says', async (file) => {
      const stored = readStoredStorm(file, readFileSync(join(folder, file), 'utf8'), example);
      const { breakage } = await runSeed(example, stored, stored.implementation);
      const expected = stored.expects === 'holds' ? undefined : stored.expects.breaks;
      expect(breakage?.rule, breakage?.text).toBe(expected);
    });

    test('the repaired system has no known fault', () => {
      const known = files.filter((file) => {
        const stored = readStoredStorm(file, readFileSync(join(folder, file), 'utf8'), example);
        return stored.implementation === repaired && stored.expects !== 'holds';
      });
      expect(known).toEqual([]);
    });
  });

  describe('what an implementation is handed', () => {
    test("leads to nothing of the judge's, nor does what it gets back or what is thrown at it", async () => {
      let handed: readonly unknown[] = [];
      const globals = new Set(Reflect.ownKeys(globalThis));
      const curious: Implementation<E> = {
        name: 'curious',
        week: 99,
        flaw: 'looks at everything that it is handed',
        create(context) {
          const answers = Object.values(context.outside).flatMap(callEverything);
          const added = Reflect.ownKeys(globalThis).filter((key) => !globals.has(key));
          handed = [
            context,
            ...answers,
            ...added.map((key): unknown => Reflect.get(globalThis, key)),
          ];
          return repairedOf(defined).create(context);
        },
      };
      await simulateSystem(
        defined,
        { implementation: curious },
        async ({ truth, context, outside, sleep }) => {
          await sleep(60_000);
          const settled = await Promise.all(
            handed.map((each) =>
              each instanceof Promise ? each.catch((error: unknown) => error) : each,
            ),
          );
          const known = reachableFrom(
            ...eachDeclaration(outside).map((each) =>
              'kind' in each && each.kind === 'reference' ? each.value : undefined,
            ),
            context.settings,
          );
          const own = [...reachableFrom(truth, context)].filter((each) => !known.has(each));
          const reached = reachableFrom(...settled);
          const met = own.filter((each) => reached.has(each) && !isShared(each));
          expect(met.map(describeObject)).toEqual([]);
        },
      );
    });
  });

  describe('what an implementation imports', () => {
    const files = readdirSync(join(source, 'implementations'))
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts' && file !== 'lazy.ts')
      .map((file) => join('implementations', file));

    test.each(files)('%s reaches neither the judge nor Node', (file) => {
      expect(forbiddenImports(source, file, allowedModules)).toEqual([]);
    });

    test('the repaired one waits for nothing without a limit', () => {
      const file = files.find((each) =>
        readFileSync(join(source, each), 'utf8').includes("role: 'repaired'"),
      );
      if (file === undefined)
        throw new RangeError("No file of an implementation says role: 'repaired'.");
      const own = [
        file,
        ...importsOf(source, file)
          .map(({ to }) => to)
          .filter((to) => to.endsWith('.ts')),
      ];
      const without = own.filter((each) =>
        /\bnoLimit\(/.test(readFileSync(join(source, each), 'utf8')),
      );
      expect(without).toEqual([]);
    });
  });

  return { run, repairedInFailure };
}

const noOptions = { scenario: 'failure', seed: 1, replay: '', next: '' } as const;

/** The storm in which somebody breaks rules. */
interface BreakersStorm extends PlantedStorm<AnyTypes> {
  readonly faults?: readonly Fault[] | undefined;
  /** The storm ends once all of these were seen broken. Default: it goes on to its end. */
  readonly until?: readonly string[];
}

/** The rules that an implementation breaks in the storm: of one that ended early, those until then. */
async function brokenIn(
  example: AnyExample,
  scenario: StormScenario<AnyTypes>,
  implementation: AnyImplementation,
  { seed = 1, settings: given = {}, faults, until = [] }: BreakersStorm,
): Promise<readonly string[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const settings = example.settings.parse(given) as object;
  const storm = await readyStorm(example, scenario.storm, {
    ...noOptions,
    seed,
    settings,
    faults,
  });
  const seen = new Set<string>();
  const end = new AbortController();
  try {
    const phase = await storm.run(implementation, undefined, {
      isTrial: true,
      onViolation(rule) {
        if (until.includes(rule) || example.rules[rule]?.kind === 'invariant') seen.add(rule);
        if (until.length > 0 && until.every((each) => seen.has(each))) end.abort();
      },
      signal: end.signal,
    });
    return judgePhase(example, implementation, 'repaired', {}, phase).verdict.broken;
  } catch (error) {
    if (error instanceof SimulationCancelledError && end.signal.aborted) return [...seen];
    throw error;
  }
}

function stormOf(
  example: AnyExample,
  name: 'failure' | 'recovery' | 'story',
): StormScenario<AnyTypes> {
  const scenario = example.scenarios[name];
  if (scenario.kind !== 'storm') throw new RangeError(`The scenario ${name} is no storm.`);
  return scenario;
}

/** Calls each function of a client without sense: what comes back, or is thrown, is looked at, too. */
function callEverything(client: unknown): readonly unknown[] {
  if (typeof client !== 'object' || client === null) return [];
  return Object.values(client).flatMap((each: unknown) => {
    if (typeof each !== 'function') return callEverything(each);
    try {
      const answer: unknown = Reflect.apply(each, client, [
        {},
        { timeoutMs: 1_000, key: 'nobody' },
      ]);
      // Nobody waits for it here: what it comes to is looked at later.
      return [answer instanceof Promise ? answer.catch((error: unknown) => error) : answer];
    } catch (error) {
      return [error];
    }
  });
}

/** Prototypes and functions of this library are everybody's: what a run keeps hangs on none of them. */
function isShared(value: object): boolean {
  return typeof value === 'function' || Object.hasOwn(value, 'constructor');
}

function describeObject(value: object): string {
  return `${value.constructor?.name ?? 'object'} { ${Object.keys(value).join(', ')} }`;
}

/** Who plays in the story. */
function storyCast(example: AnyExample): readonly string[] {
  const { story } = example.scenarios;
  return story.kind === 'storm' ? story.cast.map(({ implementation }) => implementation) : [];
}
