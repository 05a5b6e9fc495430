import { describe, expect, test } from 'vitest';
import { holdMs, limiterC } from './house-rules.ts';
import { acknowledge, newOven, nextOven, type OvenState, type Sample } from './oven-control.ts';

let second = 0;
function sample(more: Partial<Sample> = {}): Sample {
  second += 1;
  return {
    oven: 'oven-1',
    number: second,
    atMs: second * 1_000,
    a: 180 + (second % 2) / 10,
    b: 180 + (second % 3) / 10,
    vibration: 1,
    isHeating: true,
    limiter: { atC: limiterC, isTripped: false },
    tray: null,
    ...more,
  };
}

const running = (): OvenState => nextOven(acknowledge(newOven, 0, false), sample()).state;

/** Takes samples one after the other, and gives back every decision. */
const take = (state: OvenState, samples: readonly Partial<Sample>[]) =>
  samples.map((more) => {
    const decision = nextOven(state, sample(more));
    ({ state } = decision);
    return decision;
  });

describe('a stopped oven', () => {
  test('does not heat before a person has looked', () => {
    const { state, command } = nextOven(newOven, sample({ isHeating: false }));
    expect(state.mode).toBe('stopped');
    expect(command).toBeUndefined();
  });

  test('does not heat before its limiter says that it is set', () => {
    const asked = nextOven(
      acknowledge(newOven, 0, false),
      sample({ limiter: { atC: 400, isTripped: false } }),
    );
    expect(asked).toMatchObject({ setLimiter: true, state: { mode: 'stopped' } });
    expect(nextOven(asked.state, sample()).state.mode).toBe('running');
  });

  test('is not started by looking at an earlier stop', () => {
    const stopped = nextOven(running(), sample({ limiter: { atC: limiterC, isTripped: true } }));
    expect(stopped).toMatchObject({ stopped: 'limiter-tripped', command: { duty: 0 } });
    expect(acknowledge(stopped.state, 0, false).isAcknowledged).toBe(false);
    expect(acknowledge(stopped.state, 1, false).isAcknowledged).toBe(true);
  });
});

describe('a running oven', () => {
  test('heats for a while, and no longer', () => {
    const next = sample();
    expect(nextOven(running(), next).command?.untilMs).toBe(next.atMs + holdMs);
  });

  test('stops when a sensor freezes, and tells it once', () => {
    const decisions = take(
      running(),
      Array.from({ length: 8 }, () => ({ a: 180 })),
    );
    const told = decisions.flatMap(({ stopped }) => (stopped ? [stopped] : []));
    expect(told).toEqual(['sensor-frozen']);
    expect(decisions.at(-1)?.state.mode).toBe('stopped');
  });

  test('is empty when its fan is replaced, and takes no tray before', () => {
    const worn = Array.from({ length: 40 }, (_, index) => ({ vibration: 3 * 1.01 ** index }));
    const decisions = take(running(), [
      { tray: 'tray-1' },
      ...worn.map((each) => ({ ...each, tray: 'tray-1' })),
      { tray: null, vibration: 4.5 },
    ]);
    expect(decisions.slice(0, -1).every(({ stopped }) => stopped === undefined)).toBe(true);
    expect(decisions.at(-1)?.stopped).toBe('fan-due');
  });

  test('a tray that was not watched all the time is not whole', () => {
    const state = running();
    const [, first] = take(state, [{ tray: 'tray-1' }, { tray: 'tray-1' }]);
    expect(first?.state.profile?.isWhole).toBe(true);
    second += 3;
    const [late, gone] = take(first?.state ?? state, [{ tray: 'tray-1' }, { tray: null }]);
    expect(late).toMatchObject({ done: { tray: 'tray-1', isWhole: false } });
    expect(gone?.left).toMatchObject({ tray: 'tray-1', isWhole: false });
  });
});
