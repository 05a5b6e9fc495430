import { describe, expect, it } from 'vitest';
import { paymentRun } from '../report/fixtures/payment-run.ts';
import { emptyRun, type PhaseState, reduce, type RunState } from '../report/run-state.ts';
import { faultLanes, linesOf, phaseColors } from './overview-data.ts';
import { systemPlan } from './system.ts';
import { tellingSeries } from './telling-series.ts';

function aRun(): RunState {
  const state = emptyRun();
  for (const record of paymentRun()) reduce(state, record);
  return state;
}

function setColumn(phase: PhaseState | undefined, name: string, values: readonly number[]): void {
  phase?.columns.set(name, [...values]);
}

describe('the telling series', () => {
  it('is the latency in which the phases are furthest apart at their worst', () => {
    const state = aRun();
    const [broken, repaired] = state.phases;
    setColumn(broken, 'p50Ms', [100, 100, 30_000]);
    setColumn(repaired, 'p50Ms', [100, 100, 100]);
    setColumn(broken, 'p99Ms', [900, 900, 30_000]);
    setColumn(repaired, 'p99Ms', [900, 900, 9_000]);
    expect(tellingSeries(state)?.name).toBe('p50Ms');
    setColumn(repaired, 'p50Ms', [100, 100, 29_000]);
    expect(tellingSeries(state)?.name).toBe('p99Ms');
  });

  it('is, in a run of one phase, the one whose worst is furthest from its usual', () => {
    const state = aRun();
    state.phases.length = 1;
    setColumn(
      state.phases[0],
      'p50Ms',
      Array.from({ length: 20 }, (_, i) => (i < 18 ? 10 : 9_000)),
    );
    setColumn(
      state.phases[0],
      'p99Ms',
      Array.from({ length: 20 }, () => 9_000),
    );
    expect(tellingSeries(state)?.name).toBe('p50Ms');
  });

  it('is none before there is a sample', () => {
    expect(tellingSeries(emptyRun())).toBeUndefined();
  });
});

describe('the lines of the chart', () => {
  it('are those of all phases, and in front of them those of the run before', () => {
    const lines = linesOf(aRun(), aRun(), 'p99Ms');
    expect(lines.map(({ title, look }) => [title, look.color, look.isGhost])).toEqual([
      ['Direct calls', '--bad', true],
      ['Hardened', '--good', true],
      ['Direct calls', '--bad', false],
      ['Hardened', '--good', false],
    ]);
  });

  it('have a colour each, also where several systems are broken', () => {
    const state = aRun();
    const [broken, repaired] = state.phases;
    if (broken === undefined || repaired === undefined) throw new Error('the fixture changed');
    const phases = [broken, { ...broken, id: 'two' }, { ...broken, id: 'three' }, repaired];
    expect([...phaseColors(phases)]).toEqual([
      [broken.id, '--bad'],
      ['two', '--s0'],
      ['three', '--s3'],
      [repaired.id, '--good'],
    ]);
  });

  it('leave out what was not measured, and what a logarithm has no place for', () => {
    const state = aRun();
    setColumn(state.phases[0], 'p99Ms', [Number.NaN, 0, 5]);
    setColumn(state.phases[0], 'inFlight', [Number.NaN, 0, 5]);
    expect(linesOf(state, undefined, 'p99Ms')[0]?.values).toEqual([null, null, 5]);
    expect(linesOf(state, undefined, 'inFlight')[0]?.values).toEqual([null, 0, 5]);
  });
});

it('a fault of several phases is one lane, as shares of the axis', () => {
  const state = aRun();
  const endMs = Math.max(...state.phases.map(({ atMs }) => atMs));
  const [fault] = state.phases[0]?.faults.values() ?? [];
  expect(faultLanes(state, endMs)).toEqual([
    {
      label: fault?.fault.label,
      from: (fault?.fromMs ?? 0) / endMs,
      to: (fault?.toMs ?? 0) / endMs,
    },
  ]);
});

describe('the drawing of a system', () => {
  it('has the parts that were used or struck, in three columns, and names the others', () => {
    const state = aRun();
    const { parts, links, idle } = systemPlan(state);
    const drawn = parts.map(({ id }) => id);
    expect(parts.find(({ id }) => id === 'pool:connections')).toMatchObject({
      name: 'connections',
      column: 1,
    });
    const columnsOf = (wanted: string) =>
      parts.filter(({ kind }) => kind === wanted).map(({ column }) => column);
    expect(new Set(columnsOf('process'))).toEqual(new Set([0]));
    expect(new Set(columnsOf('service'))).toEqual(new Set([2]));
    for (const { from, to } of links) expect(drawn).toEqual(expect.arrayContaining([from, to]));
    const all = new Set(
      state.phases.flatMap((phase) => phase.parts?.parts ?? []).map(({ id }) => id),
    );
    expect(drawn.length + idle.length).toBe(all.size);
  });
});
