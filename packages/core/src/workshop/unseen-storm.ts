import type { AnyImplementation, AnyTypes } from '../scenario/example.ts';
import { noQuietTime } from '../scenario/quiet-time.ts';
import { drawnKinds, drawStorm, runSeed, stormLine, swarmSpace } from '../swarm/index.ts';
import { exerciseOf, type Incident } from './exercise.ts';
import { judgedRules } from './rehearse.ts';

/** What a storm came to that nobody has seen before. */
export interface UnseenResult {
  readonly seed: number;
  /** Whether it is the storm of the incident in full. Default: false. */
  readonly isWhole?: boolean;
  /** What did not hold; undefined when all did. */
  readonly broken: { readonly rule: string; readonly text: string } | undefined;
  /** The storm in one line. */
  readonly storm: string;
}

/**
 * Draws a storm for an exercise and lets it loose. Judged are the rules of its step and those before.
 *
 * @throws RangeError for an exercise that the incident does not have
 */
export async function unseenStorm(
  incident: Incident<AnyTypes>,
  name: string,
  implementation: AnyImplementation,
  seed: number,
): Promise<UnseenResult> {
  const { exercise } = exerciseOf(incident, name);
  const { services, kinds } = exercise.unseen;
  const space = await swarmSpace(incident.example, drawnKinds(incident.example, kinds));
  const targets = space.targets.filter((target) => services.includes(target.name));
  // What a switch turns on is a chapter of its own, and no step is about it.
  const without = { switches: new Map(), quietTime: noQuietTime };
  const storm = drawStorm(seed, { ...space, targets, ...without });
  const { breakage } = await runSeed(
    incident.example,
    storm,
    implementation,
    judgedRules(incident, name),
  );
  return { seed, broken: breakage, storm: stormLine(incident.example.name, storm) };
}
