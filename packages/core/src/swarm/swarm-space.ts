import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { type FaultKind, faultKinds, type FaultTarget } from '../services/index.ts';
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

/**
 * What storms on an example may be made of: its declarations say it.
 *
 * @param given settings of every storm, whatever the example has for its small ones, and whatever is drawn
 */
export async function swarmSpace(
  example: AnyExample,
  kinds: readonly FaultKind[],
  given: Readonly<Record<string, number>> = {},
): Promise<SwarmSpace> {
  const { small: own = {}, settings = {}, switches: names = [], aims = {} } = example.swarm ?? {};
  const { unused = [], hasRounds = false } = example.swarm ?? {};
  const small = { ...own, ...given };
  const targetsWith = async (
    on: Readonly<Record<string, number>>,
  ): Promise<readonly FaultTarget[]> =>
    withoutUnused(
      await faultTargets(example, example.settings.parse({ ...small, ...on })),
      new Set(unused),
    );
  const switches = new Map<string, readonly FaultTarget[]>();
  for (const name of names) switches.set(name, await targetsWith({ [name]: 1 }));
  return {
    targets: await targetsWith({}),
    kinds,
    small,
    given,
    settings,
    switches,
    aims,
    hasRounds,
  };
}

/** Without the operations that nothing calls, and without what has no others. */
function withoutUnused(
  targets: readonly FaultTarget[],
  unused: ReadonlySet<string>,
): readonly FaultTarget[] {
  return targets.flatMap((target) => {
    const operations = target.operations.filter((each) => !unused.has(`${target.name}.${each}`));
    const isIdle = operations.length === 0 && target.operations.length > 0;
    return isIdle ? [] : [{ ...target, operations }];
  });
}
