import type { AnyExample } from '../scenario/example.ts';
import { type FaultKind, faultKindsOf } from '../services/index.ts';
import { swarmSpace, united } from '../swarm/index.ts';

/** What storms can reach, by its names. */
export interface Ground<Names> {
  readonly kinds: Names;
  readonly operations: Names;
  readonly signals: Names;
}

/**
 * What no storm has reached: either it cannot happen, or more seeds are due.
 *
 * @param kinds kinds of fault that were drawn
 */
export async function neverReached(
  example: AnyExample,
  reached: Ground<ReadonlySet<string>>,
  kinds: readonly FaultKind[],
): Promise<Ground<readonly string[]>> {
  const space = await swarmSpace(example, kinds);
  const targets = united([space.targets, ...(space.switches?.values() ?? [])]);
  const possible = kinds.filter((kind) =>
    targets.some((target) => faultKindsOf(target).includes(kind)),
  );
  const operations = targets.flatMap(({ name, operations: own }) =>
    own.map((each) => `${name}.${each}`),
  );
  const signals: readonly string[] = example.signals.map(
    ({ name }: { readonly name: string }) => name,
  );
  return {
    kinds: possible.filter((kind) => !reached.kinds.has(kind)),
    operations: operations.filter((each) => !reached.operations.has(each)),
    signals: signals.filter((each) => !reached.signals.has(each)),
  };
}
