import type { IdentifiedFault } from '../services/index.ts';
import { type AnyExample, type AnyImplementation, type AnyTypes, repairedOf } from './example.ts';
import { formatClock, formatDuration, plural } from './format.ts';
import { check } from './judge.ts';
import type { RunRecord } from './record.ts';
import type { StormPhase } from './run-storm.ts';
import type { StormScenario } from './scenario.ts';
import type { ReadyStorm } from './storm-run.ts';
import { processNames } from './system/process-names.ts';

/** How near the moment is found, in virtual ms. */
const resolutionMs = 5_000;
/** How long the processes are away while the repaired system takes the place of the broken one, in virtual ms. */
const deployMs = 1_000;

/**
 * How late the repaired system may take over so that the incident is still averted: none of its signs
 * is there at the end. To take over is what a deploy is: the processes end, with all that they have in
 * memory, and a second later those of the repaired system start on the same stores and services.
 *
 * It is found by bisection, which takes it that what was averted late is averted earlier, too.
 */
export async function findPointOfNoReturn(
  example: AnyExample,
  { signs }: StormScenario<AnyTypes>,
  storm: ReadyStorm,
  phases: readonly StormPhase[],
  settings: object,
  write: (record: RunRecord) => void,
): Promise<void> {
  const broken = phases.find(({ role }) => role === 'broken');
  if (signs === undefined || broken === undefined) return;
  const repaired = repairedOf(example);
  const { implementation } = broken;
  const processes = processNames(example, settings);
  let runs = 0;
  const isAverted = async (atMs: number): Promise<boolean> => {
    runs += 1;
    const system = takeOver(implementation, repaired, atMs);
    const phase = await storm.run(system, undefined, {
      moreFaults: processes.map((name) => deployOf(name, atMs)),
      isTrial: true,
    });
    return Object.values(signs).every((sign) => !check(implementation.name, sign, phase).ok);
  };
  const latest = await lastMoment(
    (moment) => isAverted(moment * resolutionMs),
    Math.floor(storm.durationMs / resolutionMs),
  );
  const latestMs = latest === undefined ? null : latest * resolutionMs;
  const how = `found in ${plural(runs, 'run')}, to ${formatDuration(resolutionMs)}`;
  write({
    type: 'point-of-no-return',
    phase: implementation.name,
    repaired: repaired.name,
    latestMs,
    resolutionMs,
    text:
      latestMs === null
        ? `${repaired.name} averts nothing of this, however early it takes over (${how})`
        : `${repaired.name} may take over as late as ${formatClock(example.startsAt, latestMs)} and still avert it (${how})`,
  });
}

/**
 * The last of the moments 0 to `end` at which it is averted; `undefined` when that is none. `end` itself
 * is after the storm, and not tried.
 */
async function lastMoment(
  isAverted: (moment: number) => Promise<boolean>,
  end: number,
): Promise<number | undefined> {
  if (!(await isAverted(0))) return undefined;
  let averted = 0;
  let tooLate = end;
  while (tooLate - averted > 1) {
    const middle = Math.floor((averted + tooLate) / 2);
    if (await isAverted(middle)) averted = middle;
    else tooLate = middle;
  }
  return averted;
}

/** The broken system until a moment, the repaired one from then on. */
function takeOver(
  broken: AnyImplementation,
  repaired: AnyImplementation,
  atMs: number,
): AnyImplementation {
  return {
    ...broken,
    create: (context) => (context.clock.elapsedMs() < atMs ? broken : repaired).create(context),
  };
}

const deployOf = (process: string, atMs: number): IdentifiedFault => ({
  id: `takeover-of-${process}`,
  kind: 'crash',
  service: process,
  fromMs: atMs,
  toMs: atMs + deployMs,
});
