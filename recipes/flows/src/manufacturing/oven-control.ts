import { nextDuty } from './control-loop.ts';
import { cureRate, degreeOfCure, doseFor } from './cure.ts';
import { latest, secondsLeft } from './fan-wear.ts';
import {
  fanOptions,
  gate,
  holdMs,
  limiterC,
  mostGapMs,
  pairOptions,
  readyWithinC,
  restDuty,
  setpointC,
  tuning,
} from './house-rules.ts';
import { newPair, type PairState, readPair } from './sensor-pair.ts';

/** What an oven says of itself, once a second. */
export interface Sample {
  readonly oven: string;
  /** Counts up. */
  readonly number: number;
  /** By the clock of the machine, in ms since 1970 (UTC). */
  readonly atMs: number;
  /** Two thermocouples in °C; `null` is a broken wire. */
  readonly a: number | null;
  readonly b: number | null;
  /** Of the fan, in mm/s. */
  readonly vibration: number;
  /** Whether the heater has current. */
  readonly isHeating: boolean;
  /** What the limiter is set to, in °C, and whether it has tripped. */
  readonly limiter: { readonly atC: number; readonly isTripped: boolean };
  readonly tray: string | null;
}

/** Why an oven does not heat. */
export type StopCause =
  | 'power-on'
  | 'limiter-tripped'
  | 'limiter-wrong'
  | 'sensor-frozen'
  | 'sensor-missing'
  | 'sensor-apart'
  | 'fan-shakes'
  | 'fan-due';

/** What is known of a tray in the oven. */
export interface TrayProfile {
  readonly tray: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Sum of the rates of cure of all its seconds; see `cure.ts`. */
  readonly dose: number;
  readonly peakC: number;
  /** Whether it was watched all the time, by sensors that are to be believed. */
  readonly isWhole: boolean;
  /** Whether it was said to be done. */
  readonly isDone: boolean;
}

/**
 * An oven, as its controller knows it. It is `stopped` at first and after whatever is not as it should
 * be, and stays so until a person has looked and said so (`acknowledged`) and its limiter is set as
 * it should be; then it is `running`.
 */
export interface OvenState {
  readonly mode: 'stopped' | 'running';
  readonly cause: StopCause;
  /** How often it has stopped: what is acknowledged is this stop, and no later one. */
  readonly stop: number;
  readonly isAcknowledged: boolean;
  /** Of the latest sample. */
  readonly number: number;
  readonly atMs: number;
  readonly integral: number;
  readonly pair: PairState;
  /** Of the fan, one for each second of running. */
  readonly vibrations: readonly number[];
  readonly isLimiterAsked: boolean;
  /** The tray that is on its way in. */
  readonly assigned: string | null;
  readonly profile: TrayProfile | null;
}

export const newOven: OvenState = {
  mode: 'stopped',
  cause: 'power-on',
  stop: 0,
  isAcknowledged: false,
  number: 0,
  atMs: 0,
  integral: 0,
  pair: newPair,
  vibrations: [],
  isLimiterAsked: false,
  assigned: null,
  profile: null,
};

/** What follows from a sample. */
export interface OvenDecision {
  readonly state: OvenState;
  /** What the heater is told, if it is told anything: it heats until then, and not longer. */
  readonly command: { readonly duty: number; readonly untilMs: number } | undefined;
  readonly stopped: StopCause | undefined;
  readonly setLimiter: boolean;
  /** The tray that is to be taken out. */
  readonly done: TrayProfile | undefined;
  /** The tray that has been taken out, with all of its stay. */
  readonly left: TrayProfile | undefined;
  /** Whether the next tray may come. */
  readonly takesTray: boolean;
}

/** Decides what an oven does next. A pure function: the clock is that of the machine. */
export function nextOven(before: OvenState, sample: Sample): OvenDecision {
  const isFirst = before.number === 0;
  const gapMs = isFirst ? 0 : sample.atMs - before.atMs;
  const { state: pair, meanC, highC, fault } = readPair(before.pair, sample, pairOptions);
  const isLimiterRight = sample.limiter.atC === limiterC;
  const vibrations = sample.isHeating
    ? [...before.vibrations, sample.vibration].slice(-fanOptions.history)
    : before.vibrations;
  const { stopAt, leastHistory, aheadS } = fanOptions;
  const isDue = secondsLeft(vibrations, { at: stopAt, least: leastHistory }) < aheadS;
  const isEmpty = sample.tray === null && before.assigned === null;

  const mayRun = before.mode === 'running' || (before.isAcknowledged && isLimiterRight);
  const cause: StopCause | undefined = sample.limiter.isTripped
    ? 'limiter-tripped'
    : !isLimiterRight
      ? 'limiter-wrong'
      : fault !== undefined
        ? `sensor-${fault}`
        : latest(vibrations) > stopAt
          ? 'fan-shakes'
          : isDue && isEmpty
            ? 'fan-due'
            : undefined;
  const stops = mayRun && cause !== undefined;
  const runs = mayRun && cause === undefined;

  const profile = nextProfile(before.profile, sample, {
    meanC,
    isKnown: fault === undefined && gapMs <= mostGapMs && !stops,
    dtMs: gapMs,
  });
  const isDone =
    profile !== null &&
    !profile.isDone &&
    (!profile.isWhole || profile.dose >= doseFor(gate.cureAt));
  const control =
    runs && meanC !== undefined && highC !== undefined
      ? nextDuty(tuning, {
          // Where two sensors differ, the hotter one is believed.
          errorC: setpointC - (highC - meanC > 2 ? highC : meanC),
          integral: before.integral,
          restDuty,
          dtMs: Math.min(gapMs, mostGapMs),
        })
      : { duty: 0, integral: 0 };
  const isReady = runs && meanC !== undefined && Math.abs(meanC - setpointC) < readyWithinC;
  return {
    state: {
      mode: runs ? 'running' : 'stopped',
      cause: stops ? cause : before.cause,
      stop: before.stop + (stops ? 1 : 0),
      isAcknowledged: before.isAcknowledged && !stops,
      number: sample.number,
      atMs: sample.atMs,
      integral: control.integral,
      pair,
      vibrations,
      isLimiterAsked: !isLimiterRight,
      assigned: sample.tray === null ? before.assigned : null,
      profile: profile && { ...profile, isDone: profile.isDone || isDone },
    },
    command:
      runs || stops || sample.isHeating
        ? { duty: control.duty, untilMs: sample.atMs + holdMs }
        : undefined,
    stopped: stops ? cause : undefined,
    setLimiter: !isLimiterRight && !before.isLimiterAsked,
    done: isDone && profile !== null ? profile : undefined,
    left: leftBy(before.profile, sample, gapMs),
    takesTray: isReady && isEmpty && !isDue,
  };
}

/** What a person at the oven has looked at is as it should be: it may run again. */
export function acknowledge(state: OvenState, stop: number, isFanNew: boolean): OvenState {
  if (state.mode === 'running' || state.stop !== stop) return state;
  return {
    ...state,
    isAcknowledged: true,
    pair: newPair,
    vibrations: isFanNew ? [] : state.vibrations,
  };
}

function nextProfile(
  before: TrayProfile | null,
  { tray, atMs }: Sample,
  {
    meanC,
    isKnown,
    dtMs,
  }: {
    readonly meanC: number | undefined;
    readonly isKnown: boolean;
    readonly dtMs: number;
  },
): TrayProfile | null {
  if (tray === null) return null;
  if (before?.tray !== tray) {
    return {
      tray,
      fromMs: atMs,
      toMs: atMs,
      dose: 0,
      peakC: meanC ?? 0,
      isWhole: isKnown,
      isDone: false,
    };
  }
  return {
    ...before,
    toMs: atMs,
    dose: before.dose + (meanC === undefined ? 0 : (cureRate(meanC) * dtMs) / 1_000),
    peakC: Math.max(before.peakC, meanC ?? 0),
    isWhole: before.isWhole && isKnown,
  };
}

/** What is known of a tray that is not there any more: a hole at its end is a hole, too. */
function leftBy(
  before: TrayProfile | null,
  { tray, atMs }: Sample,
  gapMs: number,
): TrayProfile | undefined {
  if (before === null || before.tray === tray) return undefined;
  return { ...before, toMs: atMs, isWhole: before.isWhole && gapMs <= mostGapMs };
}

/** Degree of cure of a tray, 0 to 1, as the sensors tell it. */
export const cureOf = ({ dose }: TrayProfile): number => degreeOfCure(dose);
