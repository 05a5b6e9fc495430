import { missingRows } from '@firedrill/core/scenario/contract';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  drawSeries,
  errorOf,
  type ForecastError,
  fleetBy,
  growths,
  type MethodName,
  methods,
} from '../bench/forecast.ts';
import { type HotRow, lockMs, rushOn, type Way, ways } from '../bench/hot-row.ts';
import {
  balance,
  type Condition,
  conditions,
  type Outcome,
  policies,
  type Policy,
} from '../bench/load-balancing.ts';
import { moveUnderLoad, rowCount, rowsThatMove, ways as waysToMove } from '../bench/resharding.ts';
import { abandonments, holds, type Sale, sell, soldDownTo } from '../bench/oversell.ts';

const readme = join(import.meta.dirname, '../README.md');
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Each row of a table as the README has it, or else what it should say. */
function expectInReadme(rows: readonly (readonly string[])[]): void {
  expect(missingRows(readme, rows), 'rows that the README should have').toEqual([]);
}

const outcomes = new Map<string, Outcome>();
function outcome(policy: Policy, condition: Condition): Outcome {
  const key = `${policy}, ${condition.name}`;
  const known = outcomes.get(key) ?? balance(policy, condition);
  outcomes.set(key, known);
  return known;
}

test('each policy of balancing loses somewhere, and the README says where', () => {
  expectInReadme(
    conditions.map((condition) => [
      condition.name,
      ...policies.map((policy) => {
        const { p50Ms, p99Ms, isGrowing } = outcome(policy, condition);
        return `${Math.round(p50Ms)} / ${isGrowing ? 'grows' : Math.round(p99Ms)}`;
      }),
    ]),
  );
});

test('two choices are no better than taking turns among equals, and better as soon as one node is slow', () => {
  const [equal, , slow, , old] = conditions;
  if (equal === undefined || slow === undefined || old === undefined) throw new RangeError();
  const p99 = (policy: Policy, condition: Condition) => outcome(policy, condition).p99Ms;
  expect(p99('two choices', equal)).toBeGreaterThan(0.95 * p99('round robin', equal));
  expect(outcome('round robin', slow).isGrowing).toBe(true);
  expect(outcome('two choices', slow).isGrowing).toBe(false);
  expect(p99('least of all', old)).toBeGreaterThan(p99('two choices', old));
  expect(p99('two choices', old)).toBeGreaterThan(p99('round robin', old));
  expect(p99('two choices, own counted', old)).toBeLessThan(p99('two choices', old));
});

const series = drawSeries();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the constant
const names = Object.keys(methods) as MethodName[];
const errors = new Map<MethodName, ForecastError>(
  names.map((name) => [name, errorOf(name, series)]),
);

test('no forecast is better than chance allows, and only the calendar sees a sale', () => {
  expectInReadme(
    names.map((name) => {
      const { ordinary, shortfall } = errors.get(name) ?? { ordinary: 0, shortfall: 0 };
      return [name, percent(ordinary), percent(shortfall)];
    }),
  );
  const floor = errors.get('whoever knows the true rate')?.ordinary ?? 0;
  for (const [name, { ordinary }] of errors) expect(ordinary, name).toBeGreaterThanOrEqual(floor);
  const foreseen = [...errors].filter(([, { shortfall }]) => shortfall < 0.8).map(([name]) => name);
  expect(foreseen).toEqual(['season × level × calendar', 'whoever knows the true rate']);
});

test('a fleet that shrinks on a forecast is small again when what was forecast is there', () => {
  const fleets = growths.map((growth) => ({
    growth,
    ...fleetBy(growth, 'season × level × calendar', series),
  }));
  expectInReadme(
    fleets.map(({ growth, withoutRoom, spareNodeHours }) => [
      growth,
      percent(withoutRoom),
      String(Math.round(spareNodeHours)),
    ]),
  );
  const [byLoad, byForecast, byBoth] = fleets.map(({ withoutRoom }) => withoutRoom);
  expect(byBoth).toBeLessThan(0.1);
  expect(byForecast).toBeGreaterThan(0.5);
  expect(byLoad).toBeGreaterThan(0.5);
});

interface Rushes {
  readonly calm: HotRow;
  readonly wild: HotRow;
  readonly scarce: HotRow;
}
const enough = 80_000;

test('one row carries what its lock allows, eight what their connections do, and one statement for all carries all', async () => {
  const rushes = new Map<Way, Rushes>();
  for (const way of ways) {
    rushes.set(way, {
      calm: await rushOn(way, 40, enough),
      wild: await rushOn(way, 200, enough),
      scarce: await rushOn(way, 40, 200),
    });
  }
  expectInReadme(
    [...rushes].map(([way, { calm, wild, scarce }]) => [
      way,
      `${Math.round(calm.filledPerSecond)} /s`,
      `${Math.round(wild.filledPerSecond)} /s`,
      `${Math.round(wild.p99Ms)} ms`,
      percent(wild.othersFilled),
      wild.connections.toFixed(1),
      scarce.statements.toFixed(1),
      String(scarce.leftUnits),
    ]),
  );
  const held = (way: Way): number => rushes.get(way)?.wild.filledPerSecond ?? 0;
  expect(held('each for itself')).toBeLessThanOrEqual(1_000 / lockMs);
  expect(held('eight rows')).toBeLessThan(8 * held('each for itself'));
  expect(held('together')).toBeGreaterThan(0.99 * 200);
});

test('a hold in the cart locks what nobody buys, one at the payment disappoints, and each policy sells no more than it says', async () => {
  const rows: (readonly string[])[] = [];
  const sales = new Map<string, Sale>();
  for (const hold of holds) {
    for (const policy of soldDownTo) {
      const each: Sale[] = [];
      for (const share of abandonments) each.push(await sell(hold, policy, share));
      const cell = (of: (sale: Sale) => number): string => each.map(of).join(' / ');
      const [few] = each;
      if (few !== undefined) sales.set(`${hold}, ${policy}`, few);
      rows.push([
        hold,
        policy,
        cell(({ soldSoon }) => soldSoon),
        cell(({ sold }) => sold),
        cell(({ turnedAway }) => turnedAway),
        cell(({ disappointed }) => disappointed),
        cell(({ lockedAway }) => lockedAway),
        cell(({ backordered }) => backordered),
        cell(({ cancelled }) => cancelled),
      ]);
    }
  }
  expectInReadme(rows);
  const soldSoon = (name: string): number => sales.get(name)?.soldSoon ?? 0;
  expect(soldSoon('at the payment, deny')).toBe(200);
  expect(soldSoon('at the payment, buffer 10')).toBe(190);
  expect(soldSoon('at the payment, allow 20 %')).toBe(240);
  expect(soldSoon('in the cart, deny')).toBeLessThan(150);
});

test('with one shard more, a ring moves few rows and a remainder nearly all, and the README says how many', () => {
  const counts = [2, 4, 9];
  expectInReadme(
    counts.map((before) => {
      const { ring, modulo } = rowsThatMove(before);
      return [
        `${before} to ${before + 1}`,
        `${Math.round(rowCount / (before + 1))}`,
        `${ring}`,
        `${modulo}`,
      ];
    }),
  );
  for (const before of counts) {
    const { ring, modulo } = rowsThatMove(before);
    expect(ring).toBeLessThan((1.3 * rowCount) / (before + 1));
    expect(modulo).toBeGreaterThan(0.6 * rowCount);
  }
});

test('rows that are copied in use are hardly missed, and those that are closed meanwhile are', async () => {
  const table: string[][] = [];
  for (const way of Object.keys(waysToMove)) {
    for (const rowsPerSecond of [50, 200, 1_000]) {
      const { tookMs, pauseMs, refused, p99Ms, failed } = await moveUnderLoad(way, rowsPerSecond);
      const took = `${(tookMs / 1_000).toFixed(1)} s`;
      const [pause, p99] = [pauseMs, p99Ms].map((ms) => `${Math.round(ms)} ms`);
      table.push([
        way,
        `${rowsPerSecond} /s`,
        took,
        `${pause}`,
        `${refused}`,
        `${p99}`,
        `${failed}`,
      ]);
    }
  }
  expectInReadme(table);
});
