import { describe, expect, test } from 'vitest';
import { careful, careless, kiosk, type Kiosk } from './fixtures/kiosk.ts';
import type { Implementation } from './implementation.ts';
import { runRecordSchema } from './record.ts';
import { ruleWords } from './rules/index.ts';
import { collectRun, isOf, simulateSystem } from './testing.ts';

const day = { fromMs: 0, toMs: 86_400_000 };

const runWithFault = (fault: object) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wrong on purpose
  collectRun(kiosk, { scenario: 'failure', faults: [{ ...day, ...fault } as never] });

describe('an example in one file', () => {
  test('shows its incident; each condition of its cause is removed in turn and kept alone', async () => {
    const { records, finished } = await collectRun(kiosk, { scenario: 'failure', proof: 'every' });
    expect(records.filter(isOf('trial')).map(({ text }) => text)).toEqual([
      'without the resets of the till and the train: paid again 0 instead of 8',
      'with the resets of the till and the train alone: paid again 8 as before',
      'with the train alone: paid again 0 instead of 8',
      'with the resets of the till alone: paid again 1 instead of 8',
      'without the resets of the till: paid again 0 instead of 8',
      'without the train: paid again 1 instead of 8',
      'without till-slow: paid again 8 as before',
      'with the resets of the till alone: paid again 1 instead of 8',
      'with the train alone: paid again 0 instead of 8',
      'with till-slow alone: paid again 0 instead of 8',
    ]);
    expect(records.find(isOf('proof'))?.isProven).toBe(true);
    expect(finished).toMatchObject({ isAsDeclared: true, reason: 'careless breaks, as declared.' });
    for (const record of records) runRecordSchema.parse(record);
  });

  test('says how late the repaired system may take over, and a later one is too late', async () => {
    const { records } = await collectRun(kiosk, { scenario: 'failure', proof: 'every' });
    const found = records.find(isOf('point-of-no-return'));
    const firstFaultMs = Math.min(...records.filter(isOf('fault.started')).map(({ atMs }) => atMs));
    expect(found).toMatchObject({ phase: 'careless', repaired: 'careful', resolutionMs: 5_000 });
    expect(found?.latestMs).toBeGreaterThanOrEqual(firstFaultMs - 5_000);
    expect(found?.text).toMatch(/^careful may take over as late as [\d:]+ and still avert it/);
    const named = await collectRun(kiosk, { scenario: 'failure', proof: 'named' });
    expect(named.records.some(isOf('point-of-no-return'))).toBe(false);
  });

  test('a repaired system that averts nothing is told so', async () => {
    const helpless: Implementation<Kiosk> = {
      ...careless,
      name: 'helpless',
      role: 'repaired',
      week: 2,
    };
    const { records } = await collectRun(
      { ...kiosk, implementations: [careless, helpless] },
      { scenario: 'failure', proof: 'every' },
    );
    expect(records.find(isOf('point-of-no-return'))).toMatchObject({ latestMs: null });
  });

  test('the verdict comes before the proof, and none is asked for with proof "none"', async () => {
    const { records } = await collectRun(kiosk, { scenario: 'failure', proof: 'named' });
    const types = records.map(({ type }) => type);
    expect(types.indexOf('verdict')).toBeLessThan(types.indexOf('trial'));
    const without = await collectRun(kiosk, { scenario: 'failure', proof: 'none' });
    expect(without.records.some(({ type }) => type === 'trial' || type === 'proof')).toBe(false);
  });

  test('the repaired system in its place: the incident did not happen, with the figures', async () => {
    const { records, finished } = await collectRun(kiosk, {
      scenario: 'failure',
      implementations: ['careful'],
    });
    expect(finished.isAsDeclared).toBe(false);
    expect(finished.reason).toBe('careful survives: the incident did not happen.');
    expect(records.find(isOf('verdict'))?.text).toContain('buyers pay again (0)');
  });

  test('a rule of what is off is not judged, and quiet days are no part of coming to rest', async () => {
    const { only, invariant, defineRules } = ruleWords<Kiosk>();
    const { recovery } = kiosk.scenarios;
    if (recovery.kind !== 'storm') throw new RangeError('The kiosk has a storm.');
    const dayMs = 86_400_000;
    let settledAtMs = 0;
    const rules = defineRules({
      ...kiosk.rules,
      ...only(({ ratePerSecond }) => ratePerSecond > 5, {
        crowd: invariant('the crowd is judged', 'crowd', (phase) => {
          ({ settledAtMs } = phase);
          return 0;
        }),
      }),
    });
    const storm = { ...recovery.storm, epilogueMs: () => 3 * dayMs };
    const patient = {
      ...kiosk,
      rules,
      scenarios: { ...kiosk.scenarios, recovery: { ...recovery, storm } },
    };
    const judged = async (settings: object) => {
      const { records } = await collectRun(patient, { scenario: 'recovery', settings });
      return {
        checks: records.filter(isOf('check')).map(({ name }) => name),
        lastMs: Math.max(...records.filter(isOf('sample')).map(({ atMs }) => atMs)),
        samples: records.filter(isOf('sample')).length,
      };
    };
    expect((await judged({})).checks).not.toContain('crowd');
    const { checks, lastMs, samples } = await judged({ ratePerSecond: 6 });
    expect(checks).toContain('crowd');
    expect(lastMs).toBeGreaterThan(3 * dayMs);
    expect(samples).toBeLessThan(3_600);
    expect(settledAtMs).toBeLessThan(dayMs);
  });

  test('a changed run is compared with the default one', async () => {
    const { records } = await collectRun(kiosk, {
      scenario: 'failure',
      settings: { ratePerSecond: 6 },
      proof: 'named',
    });
    const comparison = records.find(isOf('comparison'));
    expect(comparison?.rows.find(({ name }) => name === 'paidAgain')).toMatchObject({
      before: 8,
      change: 'worse',
    });
    expect(comparison?.text).toContain('Beside the default run (careless)');
  });

  test('a fault that nothing can have is refused before anything runs', async () => {
    await expect(runWithFault({ kind: 'hang', service: 'tills' })).rejects.toThrow(
      'there is no service "tills". Did you mean "till"?',
    );
    await expect(runWithFault({ kind: 'hang', service: 'till', of: 'keys' })).rejects.toThrow(
      'carry no key',
    );
    await expect(runWithFault({ kind: 'crash', service: 'till' })).rejects.toThrow(
      'cannot have crash',
    );
    await expect(runWithFault({ kind: 'hang', service: 'app' })).rejects.toThrow(
      'cannot have hang',
    );
  });

  test('a trial draws the same as the run: a fault left out moves nothing before it', async () => {
    const late = { kind: 'hang', service: 'till', fromMs: 150_000, toMs: 151_000 } as const;
    const plain = await collectRun(kiosk, { scenario: 'failure' });
    const more = await collectRun(kiosk, { scenario: 'failure', faults: [late] });
    const before = (records: typeof plain.records) =>
      records.filter((record) => 'atMs' in record && (record.atMs ?? 0) < 150_000);
    expect(before(more.records)).toEqual(before(plain.records));
  });
});

describe('what an implementation throws', () => {
  const throwing: Implementation<Kiosk> = {
    ...careful,
    name: 'throwing',
    create: (context) => {
      const system = careful.create(context);
      let calls = 0;
      return {
        ...system,
        async buy(cup) {
          calls += 1;
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unsafe-call -- wrong on purpose
          if (calls > 2) (context.outside.till as unknown as { refund(): void }).refund();
          return system.buy(cup);
        },
      };
    },
  };

  test('is kept with message, place, count and first time; a TypeError is a defect', () =>
    simulateSystem(kiosk, { implementation: throwing }, async ({ system, thrown, sleep }) => {
      for (let cup = 0; cup < 6; cup += 1) {
        await system.buy(`cup-${cup}`).catch(() => {});
        await sleep(1_000);
      }
      expect(thrown()).toMatchObject([
        {
          name: 'TypeError',
          message: expect.stringContaining('refund'),
          count: 4,
          isDefect: true,
          via: 'answer',
        },
      ]);
      expect(thrown()[0]?.firstAtMs).toBeGreaterThan(2_000);
    }));

  test('one that cannot even be made answers nobody, and is told of', () =>
    simulateSystem(
      kiosk,
      {
        implementation: {
          ...careful,
          create: () => {
            throw new ReferenceError('till is not defined');
          },
        },
      },
      async ({ system, thrown }) => {
        await expect(system.buy('cup')).rejects.toThrow(
          'Failed to reach app: the process is down.',
        );
        expect(thrown()).toMatchObject([{ name: 'ReferenceError', isDefect: true }]);
      },
    ));
});
