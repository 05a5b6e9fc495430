/** What is remembered of two sensors in one place. */
export interface PairState {
  readonly a: LastReading;
  readonly b: LastReading;
  /** How many times in a row they were too far apart. */
  readonly apart: number;
}

interface LastReading {
  readonly value: number | null;
  /** How many times in a row it was exactly the same, or none. */
  readonly same: number;
}

export interface PairOptions {
  /** A sensor that says the very same this many times is frozen: a live one has noise. */
  readonly frozenAfter: number;
  /** How far apart two live ones may be, in °C. */
  readonly apartC: number;
  /** How many times in a row before they are not believed. */
  readonly apartAfter: number;
}

export const newPair: PairState = {
  a: { value: null, same: 0 },
  b: { value: null, same: 0 },
  apart: 0,
};

/** What two sensors say together: a value, and what is wrong with them when they are not to be believed. */
export interface PairReading {
  readonly state: PairState;
  /** The mean of both, in °C. `undefined` when none answers. */
  readonly meanC: number | undefined;
  /** The higher of both: on its side the danger lies. */
  readonly highC: number | undefined;
  readonly fault: 'frozen' | 'missing' | 'apart' | undefined;
}

/** Reads a pair. A broken wire is `null`. Two sensors cannot say which of them is wrong, only that one is. */
export function readPair(
  { a, b, apart }: PairState,
  given: { readonly a: number | null; readonly b: number | null },
  { frozenAfter, apartC, apartAfter }: PairOptions,
): PairReading {
  const state = {
    a: follow(a, given.a),
    b: follow(b, given.b),
    apart:
      given.a !== null && given.b !== null && Math.abs(given.a - given.b) > apartC ? apart + 1 : 0,
  };
  const live = [given.a, given.b].filter((value) => value !== null);
  const worst = [state.a, state.b].find(({ same }) => same >= frozenAfter);
  return {
    state,
    meanC: live.length === 0 ? undefined : live.reduce((sum, each) => sum + each, 0) / live.length,
    highC: live.length === 0 ? undefined : Math.max(...live),
    fault:
      worst !== undefined
        ? worst.value === null
          ? 'missing'
          : 'frozen'
        : state.apart >= apartAfter
          ? 'apart'
          : undefined,
  };
}

const follow = ({ value, same }: LastReading, next: number | null): LastReading => ({
  value: next,
  same: next === value ? same + 1 : next === null ? 1 : 0,
});
