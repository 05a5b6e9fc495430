import type { Random } from '@firedrill/core/simulation';
import { cureRate, degreeOfCure } from '../cure.ts';
import {
  fanOptions,
  limits,
  ovenResponse,
  scorchC,
  setpointC,
  stopWithinMs,
} from '../house-rules.ts';
import type { Sample } from '../oven-control.ts';
import type { TrayTruth } from '../services.ts';

const tickMs = 250;
const roomC = 20;
/** What the door costs each time a tray goes in. */
const doorC = 12;
const pipeTicks = ovenResponse.deadMs / tickMs;
const approach = 1 - Math.exp(-tickMs / ovenResponse.lagMs);

/** What went wrong at an oven, counted where it happens. Times in ms. */
export interface Harm {
  /** The longest time in a row above the limit. */
  longestAboveMs: number;
  /** Heated though nobody had commanded for longer than `stopWithinMs`. */
  unattendedMs: number;
  /** Heated while a person was there. */
  withPersonMs: number;
  /** Fans that seized. */
  seized: number;
  /** How much of its life each fan had used when it was replaced, 0 to 1. */
  readonly replacedAt: number[];
}

/**
 * An oven as it is: first order with dead time, a heater with a limiter of its own, a fan whose bearing
 * wears while it heats, and the parts inside. Times in ms since the run began. What is left out: the
 * air is as warm everywhere, parts follow it at once, and the limiter's own sensor does not fail.
 */
export class OvenPlant {
  readonly harm: Harm = {
    longestAboveMs: 0,
    unattendedMs: 0,
    withPersonMs: 0,
    seized: 0,
    replacedAt: [],
  };
  limiterC = 400;
  isPersonThere = false;
  tray: TrayTruth | undefined;
  readonly #name: string;
  readonly #draw: Random;
  readonly #sampledAt: number[] = [];
  /** Duty that is on its way to the sensors. */
  readonly #pipe: number[] = Array.from({ length: pipeTicks }, () => 0);
  #atMs = 0;
  #tempC = roomC;
  #command = { number: 0, duty: 0, untilMs: 0 };
  #commandedAtMs = -Infinity;
  #isTripped = false;
  #aboveMs = 0;
  #wear: number;
  #lifeMs: number;
  #dose = 0;

  /** @param wear how much of its life the first fan has used, 0 to 1 */
  constructor(name: string, wear: number, draw: Random) {
    this.#name = name;
    this.#wear = wear;
    this.#draw = draw;
    this.#lifeMs = this.#newLife();
  }

  get tempC(): number {
    return this.#tempC;
  }

  get isTripped(): boolean {
    return this.#isTripped;
  }

  /** Takes a command, unless a later one was there before. @returns the age of its sample, in ms */
  command(
    command: { readonly number: number; readonly duty: number; readonly untilMs: number },
    nowMs: number,
  ): number | undefined {
    if (command.number <= this.#command.number) return undefined;
    this.#command = command;
    this.#commandedAtMs = nowMs;
    return nowMs - (this.#sampledAt[command.number - 1] ?? nowMs);
  }

  /** A person presses the button of the limiter, which stays as it is in an oven that is too hot. */
  resetLimiter(): void {
    if (this.#tempC < Math.min(this.limiterC, limits.highC) - 10) this.#isTripped = false;
  }

  replaceFan(): void {
    this.harm.replacedAt.push(this.#wear);
    this.#wear = 0;
    this.#lifeMs = this.#newLife();
  }

  load(tray: TrayTruth): void {
    this.tray = tray;
    this.#dose = 0;
    this.#tempC -= doorC * Math.max(0, (this.#tempC - roomC) / (setpointC - roomC));
  }

  unload(): void {
    for (const part of this.tray?.parts ?? []) {
      const cured = 100 * degreeOfCure(this.#dose * part.speed);
      part.hardness = part.hasVoid ? cured * 0.875 : cured;
    }
    this.tray = undefined;
  }

  sample(
    startMs: number,
    nowMs: number,
  ): Omit<Sample, 'a' | 'b'> & { readonly a: number; readonly b: number } {
    this.#sampledAt.push(nowMs);
    const shaken = fanOptions.failsAt ** Math.min(1, this.#wear);
    return {
      oven: this.#name,
      number: this.#sampledAt.length,
      atMs: startMs + nowMs,
      a: this.#read(),
      b: this.#read(),
      vibration: shaken * (1 + 0.1 * this.#noise()),
      isHeating: this.#isHeating(),
      limiter: { atC: this.limiterC, isTripped: this.#isTripped },
      tray: this.tray?.tray ?? null,
    };
  }

  advance(toMs: number): void {
    while (this.#atMs + tickMs <= toMs) {
      this.#atMs += tickMs;
      this.#tick();
    }
  }

  #tick(): void {
    const { harm } = this;
    const isHeating = this.#isHeating();
    this.#pipe.push(isHeating ? this.#command.duty : 0);
    const arriving = this.#pipe.shift() ?? 0;
    const restC = roomC + ovenResponse.gainC * arriving;
    this.#tempC += (restC - this.#tempC) * approach + 0.02 * this.#noise();
    if (this.#tempC + 0.5 * this.#noise() > this.limiterC) this.#isTripped = true;

    this.#aboveMs = this.#tempC > limits.highC ? this.#aboveMs + tickMs : 0;
    harm.longestAboveMs = Math.max(harm.longestAboveMs, this.#aboveMs);
    if (isHeating && this.#atMs - this.#commandedAtMs > stopWithinMs) harm.unattendedMs += tickMs;
    if (isHeating && this.isPersonThere) harm.withPersonMs += tickMs;

    const before = this.#wear;
    if (isHeating) this.#wear += tickMs / this.#lifeMs;
    if (before < 1 && this.#wear >= 1) harm.seized += 1;
    this.#dose += (cureRate(this.#tempC) * tickMs) / 1_000;
    if (this.#tempC > scorchC || this.#wear >= 1) {
      for (const part of this.tray?.parts ?? []) part.isScorched = true;
    }
  }

  /** The contactor opens without a command, without the limiter, and with the fuse of a fan that seized. */
  #isHeating(): boolean {
    const { duty, untilMs } = this.#command;
    return duty > 0 && this.#atMs < untilMs && !this.#isTripped && this.#wear < 1;
  }

  /** A thermocouple: right to within half a degree, in tenths. */
  readonly #read = (): number => Math.round((this.#tempC + 0.5 * this.#noise()) * 100) / 100;

  /** From -1 to 1, mostly near to 0; never beyond. */
  readonly #noise = (): number =>
    ((this.#draw.next() + this.#draw.next() + this.#draw.next()) * 2) / 3 - 1;

  readonly #newLife = (): number => 1_000 * this.#draw.integer(300, 450);
}
