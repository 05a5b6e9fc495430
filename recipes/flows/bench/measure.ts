import os from 'node:os';
import process from 'node:process';

/** One round: how much was done in how much time. */
export interface Round {
  readonly done: number;
  readonly wallMs: number;
  /** Processor time of this process, in ms: what a busy machine does not change much. */
  readonly cpuMs: number;
  readonly latenciesMicros?: Float64Array;
}

/** Runs `work`, which gives back how much it has done. */
export async function timed(work: () => number | Promise<number>): Promise<Round> {
  Reflect.get(globalThis, 'gc')?.();
  const cpu = process.cpuUsage();
  const sinceMs = performance.now();
  const done = await work();
  const wallMs = performance.now() - sinceMs;
  const { user, system } = process.cpuUsage(cpu);
  return { done, wallMs, cpuMs: (user + system) / 1_000 };
}

/** Processor time of this process since it began, in ms. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Runs the rows in turns, so that a busy machine slows all alike. @returns all rounds of each row */
export async function inTurns<Name extends string>(
  rounds: number,
  rows: Readonly<Record<Name, () => Promise<Round>>>,
): Promise<Readonly<Record<Name, readonly Round[]>>> {
  const found: Record<string, Round[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries<() => Promise<Round>>(rows)) {
      (found[name] ??= []).push(await run());
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- filled for each row
  return found as Record<Name, Round[]>;
}

export const perSecond = ({ done, wallMs }: Round): number => (done / wallMs) * 1_000;
export const perCpuSecond = ({ done, cpuMs }: Round): number => (done / cpuMs) * 1_000;

/** The best of the rounds: what disturbs a round only makes it slower. */
export const best = (rounds: readonly Round[], of: (round: Round) => number): number =>
  Math.max(...rounds.map(of));

/** The median of what each round of one row is of the round of the other that ran beside it. */
export function medianOfPairs(
  ones: readonly Round[],
  others: readonly Round[],
  of: (round: Round) => number,
): number {
  const shares = ones.map((one, at) => of(one) / of(others[at] ?? one));
  return percentile(Float64Array.from(shares).toSorted(), 0.5);
}

export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const figure = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });

export const line = (name: string, text: string): string => `  ${name.padEnd(34)} ${text}\n`;

/** Rates of a row, and how that for a second of processor stands to its goal: a busy machine does not decide. */
export function rateLine(
  name: string,
  unit: string,
  rounds: readonly Round[],
  goal?: number,
): string {
  const wall = best(rounds, perSecond);
  const cpu = best(rounds, perCpuSecond);
  const verdict =
    goal === undefined ? '' : `   goal ${figure(goal)}: ${cpu >= goal ? 'met' : 'MISSED'}`;
  return line(name, `${figure(wall)} ${unit}/s, ${figure(cpu)} for each s of processor${verdict}`);
}

export function machine(): string {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0]?.toFixed(1) ?? '?';
  return `${os.cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, load ${load}, Node ${process.versions.node}`;
}
