import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../../simulation/index.ts';
import { RacerProcess } from './racer-process.ts';

export interface RaceOptions {
  /** Processes that want the directory at once. */
  readonly racers: number;
  readonly trials: number;
  /** Draws when each of them begins; the processes themselves are real, so a seed repeats no run. */
  readonly random: Random;
  /** Ends the race after the trial under way. Default: never. */
  readonly signal?: AbortSignal;
  readonly onTrial?: (done: number) => void;
}

/** Trials by the number of those who held the directory at the same time. */
export interface RaceResult {
  /** Nobody took it over; whoever tries again gets it. */
  readonly none: number;
  readonly one: number;
  /** Two holders or more: each would destroy what the other writes. */
  readonly several: number;
}

const never = new AbortController().signal;

/** Racers begin within this time of each other. */
const spreadMs = 3;

/**
 * Again and again a process that holds a directory is killed, and several others race for it. Whoever
 * gets it keeps it until all have answered, so that two holders are seen. In every other trial they
 * begin while it is still dying.
 */
export async function raceForDirectory({
  racers: count,
  trials,
  random,
  signal = never,
  onTrial,
}: RaceOptions): Promise<RaceResult> {
  const directory = await mkdtemp(join(tmpdir(), 'lock-race-'));
  const all = new Set<RacerProcess>();
  const start = (): RacerProcess => {
    const racer = new RacerProcess(directory);
    all.add(racer);
    return racer;
  };
  const result = { none: 0, one: 0, several: 0 };
  try {
    const racers = Array.from({ length: count }, start);
    // Starting takes longer than a trial: the next to be killed gets ready meanwhile.
    const victims = [start(), start()];
    for (let trial = 1; trial <= trials && !signal.aborted; trial += 1) {
      const victim = victims.shift() ?? start();
      if ((await victim.take()) !== 'held') {
        throw new Error('Failed to race: the directory was not free before the trial.');
      }
      const gone = victim.kill();
      all.delete(victim);
      victims.push(start());
      if (trial % 2 === 0) await gone;
      const answers = await Promise.all(
        racers.map((racer) => racer.take(spreadMs * random.next())),
      );
      const holders = answers.filter((answer) => answer === 'held').length;
      result[holders === 0 ? 'none' : holders === 1 ? 'one' : 'several'] += 1;
      await Promise.all(racers.map((racer) => racer.release()));
      await gone;
      onTrial?.(trial);
    }
    return result;
  } finally {
    await Promise.all([...all].map((racer) => racer.kill()));
    await rm(directory, { recursive: true, force: true });
  }
}
