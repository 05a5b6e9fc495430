import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkFaultTargets,
  faultKinds,
  faultKindsOf,
  formatFault,
  parseFault,
  validateFault,
  type FaultTarget,
} from '../services/index.ts';
import { drawStorm, type SwarmSpace } from './draw-storm.ts';

const targets: readonly FaultTarget[] = [
  { name: 'till', kind: 'service', operations: ['pay', 'find', 'refund'], keys: 'guests' },
  { name: 'safe', kind: 'service', operations: ['open'], keys: undefined },
  { name: 'orders', kind: 'channel', operations: [], keys: 'tables' },
  { name: 'app', kind: 'process', operations: [], keys: undefined },
];
const space: SwarmSpace = { targets, kinds: faultKinds, small: {}, settings: { tables: [1, 9] } };
const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const anySeed = fc.maxSafeNat();

describe('a storm is a pure function of its seed', () => {
  test('the same seed draws the same storm', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        expect(drawStorm(seed, space)).toEqual(drawStorm(seed, space));
      }),
    );
  });

  test('other seeds draw other storms', () => {
    const drawn = seeds.map((seed) => {
      const { seed: _, ...storm } = drawStorm(seed, space);
      return JSON.stringify(storm);
    });
    expect(new Set(drawn).size).toBe(seeds.length);
  });
});

describe('what a few hundred seeds draw', () => {
  const storms = seeds.map((seed) => drawStorm(seed, space));
  const faults = storms.flatMap((storm) => storm.faults);

  test('every kind of fault strikes every target that can have it', () => {
    const drawn = new Set(faults.map(({ service, kind }) => `${service}:${kind}`));
    const possible = targets.flatMap((target) =>
      faultKindsOf(target).map((fault) => `${target.name}:${fault}`),
    );
    expect([...drawn].toSorted()).toEqual(possible.toSorted());
  });

  test('a clock is wrong in one way at a time', () => {
    for (const storm of storms) {
      const wrong = storm.faults
        .filter(({ kind }) => kind === 'clock')
        .toSorted((one, other) => one.fromMs - other.fromMs);
      for (const [index, { fromMs }] of wrong.entries()) {
        expect(fromMs).toBeGreaterThanOrEqual(wrong[index - 1]?.toMs ?? 0);
      }
    }
  });

  test('every operation is struck alone, and all of them together', () => {
    const drawn = faults.filter(({ service }) => service === 'till');
    expect(new Set(drawn.map(({ operation }) => operation))).toEqual(
      new Set(['pay', 'find', 'refund', undefined]),
    );
  });

  test('shares of the keys are drawn where there are keys, and nowhere else', () => {
    const ofKeys = faults.filter((fault) => fault.of === 'keys').map(({ service }) => service);
    expect(new Set(ofKeys)).toEqual(new Set(['till', 'orders']));
  });

  test('loads of both shapes, and settings from end to end', () => {
    expect(new Set(storms.map(({ load }) => load.shape))).toEqual(new Set(['constant', 'spike']));
    const drawn = storms.flatMap(({ settings }) => settings['tables'] ?? []);
    expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([1, 9]);
    expect(storms.some(({ settings }) => Object.keys(settings).length === 0)).toBe(true);
  });

  test('some have a single kind of fault, others several', () => {
    const kinds = storms.map((storm) => new Set(storm.faults.map(({ kind }) => kind)).size);
    expect(Math.min(...kinds)).toBe(1);
    expect(Math.max(...kinds)).toBeGreaterThan(3);
  });
});

test('switches are on in some of the storms, and change nothing else of them', () => {
  const switches = new Map(['ledger', 'signatures'].map((name) => [name, targets]));
  const switched = { ...space, switches };
  const storms = seeds.map((seed) => drawStorm(seed, switched));
  const on = storms.filter(({ settings }) => settings['ledger'] === 1).length / seeds.length;
  expect(on).toBeGreaterThan(0.1);
  expect(on).toBeLessThan(0.4);
  for (const { settings, ...storm } of storms) {
    const { settings: plain, ...same } = drawStorm(storm.seed, space);
    expect(storm).toEqual(same);
    expect(settings).toMatchObject(plain);
  }
});

test('of two switches that are kept apart one is on at the most, and both are in some of the storms', () => {
  const switches = new Map(['ledger', 'signatures'].map((name) => [name, targets]));
  const drawnOn = (apart: readonly (readonly [string, string])[]) =>
    seeds
      .map((seed) => drawStorm(seed, { ...space, switches, apart }).settings)
      .map((settings) => [settings['ledger'] === 1, settings['signatures'] === 1] as const);
  expect(drawnOn([]).some(([one, other]) => one && other)).toBe(true);
  const kept = drawnOn([['signatures', 'ledger']]);
  expect(kept.some(([one, other]) => one && other)).toBe(false);
  expect(kept.some(([one]) => one)).toBe(true);
  expect(kept.some(([, other]) => other)).toBe(true);
});

describe('what exists by a switch alone', () => {
  const vault: FaultTarget = {
    name: 'vault',
    kind: 'service',
    operations: ['keep'],
    keys: undefined,
  };
  const [till = vault] = targets;
  const wider: FaultTarget = { ...till, operations: ['pay', 'chargeback'] };
  const switches = new Map([['cards', [...targets.slice(1), wider, vault]]]);
  const storms = seeds.map((seed) => drawStorm(seed, { ...space, switches }));
  const struck = (storm: (typeof storms)[number]): readonly string[] =>
    storm.faults.flatMap((fault) => [fault.service, `${fault.service}.${fault.operation}`]);

  test('is struck in storms that have it on, and in no other', () => {
    const on = storms.filter(({ settings }) => settings['cards'] === 1);
    expect(on.some((storm) => struck(storm).includes('vault'))).toBe(true);
    expect(on.some((storm) => struck(storm).includes('till.chargeback'))).toBe(true);
    expect(on.some((storm) => struck(storm).includes('till.refund'))).toBe(true);
    for (const storm of storms.filter((each) => !on.includes(each))) {
      expect(struck(storm)).not.toContain('vault');
      expect(struck(storm)).not.toContain('till.chargeback');
    }
  });
});

describe('a moment in which short strikes meet', () => {
  const momentOf = (storm: (typeof storms)[number]) =>
    storm.faults.filter(({ id }) => id.startsWith('moment-'));
  const storms = seeds.map((seed) => drawStorm(seed, space));

  test('most storms have one, half of these with a crash', () => {
    const moments = storms.map(momentOf).filter(({ length }) => length > 0);
    const crashing = moments.filter((moment) => moment.some(({ kind }) => kind === 'crash'));
    expect(moments.length / storms.length).toBeCloseTo(0.75, 1);
    expect(crashing.length / moments.length).toBeCloseTo(0.5, 1);
  });

  test('strikes one service again and again more often than chance would', () => {
    const followed = storms
      .map((storm) => momentOf(storm).filter(({ kind }) => kind !== 'crash'))
      .filter(({ length }) => length > 1)
      .map((moment) => moment.slice(1).some(({ service }) => service === moment[0]?.service));
    const share = followed.filter(Boolean).length / followed.length;
    expect(share).toBeGreaterThan(0.6);
  });

  test('is over in seconds', () => {
    for (const moment of storms.map(momentOf).filter(({ length }) => length > 0)) {
      const fromMs = Math.min(...moment.map((fault) => fault.fromMs));
      const toMs = Math.max(...moment.map((fault) => fault.toMs));
      expect(toMs - fromMs).toBeLessThanOrEqual(8_000);
    }
  });

  test('comes besides whatever else a storm has', () => {
    for (const storm of storms) {
      const { faults } = drawStorm(storm.seed, { ...space, hasMoments: false });
      const keyed = storm.faults.filter(({ id }) => id.startsWith('keyed-'));
      const stale = storm.faults.filter(({ id }) => id.startsWith('stale-'));
      const outage = storm.faults.filter(({ id }) => id.startsWith('outage-'));
      const relapse = storm.faults.filter(({ id }) => id.startsWith('relapse-'));
      const beside = [outage, keyed, stale];
      const others = faults.slice(beside.filter(({ length }) => length > 0).length);
      expect(storm.faults).toEqual([...others, ...momentOf(storm), ...beside.flat(), ...relapse]);
    }
  });

  test('strikes what a switch has brought, or is about, more often than the rest', () => {
    const vault: FaultTarget = {
      name: 'vault',
      kind: 'service',
      operations: ['keep'],
      keys: undefined,
    };
    const switches = new Map([['cards', [...targets, vault]]]);
    const strikes = seeds
      .map((seed) => drawStorm(seed, { ...space, switches }))
      .filter(({ settings }) => settings['cards'] === 1)
      .flatMap(momentOf)
      .filter(({ kind }) => kind !== 'crash');
    const share = strikes.filter(({ service }) => service === 'vault').length / strikes.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });
});

const mostOf = (some: readonly FaultTarget[]): number =>
  Math.max(
    ...seeds.map((seed) => {
      const { faults } = drawStorm(seed, { ...space, targets: some, kinds: ['hang'] });
      return faults.filter(({ id }) => id.startsWith('swarm-')).length;
    }),
  );

const drawnWith = (often: readonly string[], hasMoments = true) =>
  seeds.map((seed) => drawStorm(seed, { ...space, often, hasMoments }));

test('what is to be struck often is struck by half of the short strikes, and by nothing else more', () => {
  const shareOfSafe = (often: readonly string[]): number => {
    const strikes = drawnWith(often)
      .flatMap(({ faults }) => faults)
      .filter(({ id, kind }) => id.startsWith('moment-') && kind !== 'crash');
    return strikes.filter(({ service }) => service === 'safe').length / strikes.length;
  };
  expect(shareOfSafe([])).toBeLessThan(0.4);
  expect(shareOfSafe(['safe'])).toBeGreaterThan(0.5);
  expect(drawnWith(['safe'], false)).toEqual(drawnWith([], false));
});

test('a crash comes at its time, or after an operation or a service; often several in a row', () => {
  const storms = seeds.map((seed) => drawStorm(seed, space));
  const crashes = storms.flatMap(({ faults }) => faults.filter(({ kind }) => kind === 'crash'));
  const after = new Set(crashes.map((fault) => fault.kind === 'crash' && fault.after));
  expect([...after].map(String).toSorted()).toEqual(
    ['safe', 'safe.open', 'till', 'till.find', 'till.pay', 'till.refund', 'undefined'].toSorted(),
  );
  const most = storms.map(({ faults }) => faults.filter(({ kind }) => kind === 'crash').length);
  expect(Math.max(...most)).toBeGreaterThan(3);
});

describe('faults that go round', () => {
  const plain = seeds.map((seed) => drawStorm(seed, space));
  const storms = seeds.map((seed) => drawStorm(seed, { ...space, hasRounds: true }));
  const rounds = storms.map(({ faults }) => faults.filter(({ id }) => id.startsWith('round-')));

  test('come besides those of chance, and change nothing else of a storm', () => {
    for (const [index, { faults, ...storm }] of storms.entries()) {
      const { faults: others, ...same } = plain[index] ?? drawStorm(0, space);
      expect(storm).toEqual(same);
      expect(faults.filter(({ id }) => !id.startsWith('round-'))).toEqual(others);
    }
  });

  test('strike every service and channel in as many storms in a row as there are', () => {
    const services = targets.filter(({ kind }) => kind !== 'process').map(({ name }) => name);
    for (let first = 0; first + services.length <= seeds.length; first += 1) {
      const inARow = rounds.slice(first, first + services.length).map(([fault]) => fault?.service);
      expect(new Set(inARow)).toEqual(new Set(services));
    }
  });

  test('strike each of them with every kind that it can have', () => {
    const pairs = new Set(rounds.map(([fault]) => `${fault?.service}:${fault?.kind}`));
    const possible = targets
      .filter(({ kind }) => kind !== 'process')
      .flatMap((target) => faultKindsOf(target).map((fault) => `${target.name}:${fault}`))
      .filter((pair) => !pair.endsWith(':partition'));
    expect([...pairs].toSorted()).toEqual(possible.toSorted());
  });

  test('meet: the second begins while the first lasts', () => {
    const apart = rounds.filter(
      ([first, second]) =>
        first === undefined ||
        second === undefined ||
        second.fromMs < first.fromMs ||
        second.fromMs > first.toMs,
    );
    expect(apart).toEqual([]);
  });
});

describe('whatever is drawn can be run', () => {
  test('each fault is legal for its target, and is over by half time', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { faults, load } = drawStorm(seed, { ...space, hasRounds: true });
        checkFaultTargets(faults, targets);
        for (const fault of faults) {
          validateFault(fault);
          expect(fault.toMs).toBeLessThanOrEqual(load.durationMs / 2);
        }
        expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
      }),
    );
  });

  test('each fault is read back from its text as it was', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { faults, load } = drawStorm(seed, { ...space, hasRounds: true });
        const times = { targets, startsAtMs: 0, durationMs: load.durationMs };
        expect(faults.map((fault) => parseFault(formatFault(fault), times))).toEqual(faults);
      }),
    );
  });

  test('only the kinds that were asked for are drawn', () => {
    const kinds = ['crash', 'reorder'] as const;
    const drawn = seeds.flatMap((seed) => drawStorm(seed, { ...space, kinds }).faults);
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  test('a kind that nothing can have is passed over', () => {
    const [till] = targets;
    const only = { ...space, targets: till === undefined ? [] : [till] };
    const drawn = seeds.flatMap((seed) => drawStorm(seed, only).faults);
    expect(drawn.some(({ kind }) => kind === 'crash' || kind === 'clock')).toBe(false);
  });

  test('where there is little to strike, there are few faults', () => {
    expect(mostOf(targets)).toBe(5);
    expect(mostOf(targets.slice(0, 1))).toBe(2);
  });
});
