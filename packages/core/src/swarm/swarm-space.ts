import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { type FaultKind, faultKinds } from '../services/index.ts';
import type { SwarmSpace } from './draw-storm.ts';

/**
 * Kinds of fault that storms on an example are made of: all of those given, but for the ones that it
 * leaves out; see `SwarmOptions`.
 */
export function drawnKinds(
  { swarm }: AnyExample,
  kinds: readonly FaultKind[] = faultKinds,
): readonly FaultKind[] {
  return kinds.filter((kind) => swarm?.without?.[kind] === undefined);
}

/** What storms on an example may be made of: its declarations say it. */
export async function swarmSpace(
  example: AnyExample,
  kinds: readonly FaultKind[],
): Promise<SwarmSpace> {
  const { small = {}, settings = {}, switches = [] } = example.swarm ?? {};
  const targets = await faultTargets(example, example.settings.parse({}));
  return { targets, kinds, small, settings, switches };
}
