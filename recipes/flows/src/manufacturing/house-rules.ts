import { simcTuning } from './control-loop.ts';

/*
 * What is written down for the line. Temperatures in °C, times in ms, vibration in mm/s (r.m.s.).
 */

export const ovens = ['oven-1', 'oven-2', 'oven-3'] as const;

/** How an oven answers its heater, as the step test at its commissioning has shown. */
export const ovenResponse = { gainC: 300, lagMs: 60_000, deadMs: 4_000 };

export const setpointC = 180;
/** Full power is 320 °C at rest; this much of it holds the setpoint in a room of 20 °C. */
export const restDuty = (setpointC - 20) / ovenResponse.gainC;
export const tuning = simcTuning(ovenResponse);

/**
 * An oven above `highC` is outside of its limits. It may be there for `reactionMs` at the most: with
 * full power, the heat that is under way for 4 s carries it on after the limiter has tripped, and then
 * it cools at 3 °C a second. 2,000 trips of the limiter alone took 3 to 4 s.
 */
export const limits = { highC: 200, reactionMs: 6_000 };

/** Trips the limiter, whatever the controller does; lower than the limit, higher than any overshoot. */
export const limiterC = 196;

/** A command heats for this long. The next one comes a second later: three may be lost. */
export const holdMs = 4_000;
/** Without a working controller the heater is off by then: the hold, a sample's age, and a second. */
export const stopWithinMs = 6_000;

/** When a pair of sensors is no longer believed; see `sensor-pair.ts`. */
export const pairOptions = { frozenAfter: 5, apartC: 6, apartAfter: 3 };

/** Samples that are farther apart leave a hole in what is known of a tray. */
export const mostGapMs = 2_500;
/** Parts that were hotter are scorched, and a loaded oven counts as ready this near to its setpoint. */
export const scorchC = 205;
export const readyWithinC = 4;

/** Fans of an oven: one that shakes more than `failsAt` seizes. */
export const fanOptions = { stopAt: 6, failsAt: 8, aheadS: 60, history: 40, leastHistory: 20 };

/** Hardness of a part is its degree of cure in percent, and 95 is asked for. */
export const gate = { leastHardness: 95, guardBand: 1.5, cureAt: 0.985 };

export const partsInBox = 12;
/** A box that is not full by then leaves as it is. */
export const boxWaitsMs = 60_000;
