import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { quietTime } from '../scenario/quiet-time.ts';
import { type FaultKind, faultKinds, type FaultTarget, suggest } from '../services/index.ts';
import { isProcess } from './draw-fault.ts';
import type { SwarmSpace } from './draw-storm.ts';
import { united } from './united.ts';

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
 * @throws RangeError for a name in `aims`, `often` or `unused` of the example that nothing bears, with the nearest
 */
export async function swarmSpace(
  example: AnyExample,
  kinds: readonly FaultKind[],
  given: Readonly<Record<string, number>> = {},
): Promise<SwarmSpace> {
  const { small: own = {}, settings = {}, switches = [], aims: allAims = {} } = example.swarm ?? {};
  const { apart = [], often = [], unused = [], hasRounds = false } = example.swarm ?? {};
  const isPossible = (name: string): boolean =>
    !apart.some((pair) => pair.includes(name) && pair.some((each) => each !== name && given[each]));
  const names = switches.filter(isPossible);
  const aims = Object.fromEntries(Object.entries(allAims).filter(([name]) => isPossible(name)));
  const small = { ...own, ...given };
  const targetsWith = (on: Readonly<Record<string, number>>): Promise<readonly FaultTarget[]> =>
    faultTargets(example, example.settings.parse({ ...small, ...on }));
  const usual = await targetsWith({});
  const withSwitch = new Map<string, readonly FaultTarget[]>();
  for (const name of names) withSwitch.set(name, await targetsWith({ [name]: 1 }));
  checkAims(example, aims, withSwitch);
  checkOften(example, often, usual);
  checkUnused(example, unused, united([usual, ...withSwitch.values()]));
  const idle = new Set(unused);
  return {
    targets: withoutUnused(usual, idle),
    kinds,
    small,
    given,
    settings,
    switches: new Map(
      [...withSwitch].map(([name, targets]) => [name, withoutUnused(targets, idle)]),
    ),
    aims,
    apart,
    often,
    hasRounds,
    quietTime: (drawn) => quietTime(example, drawn),
  };
}

/** A switch has to exist, and what it is about has to be there while it is on. */
function checkAims(
  { name: example }: AnyExample,
  aims: Readonly<Partial<Record<string, readonly string[]>>>,
  switches: ReadonlyMap<string, readonly FaultTarget[]>,
): void {
  for (const [name, aimed = []] of Object.entries(aims)) {
    const targets = switches.get(name);
    if (targets === undefined) throw noSuch(`${example}: swarm.aims`, name, [...switches.keys()]);
    const known = reachedNames(targets);
    for (const each of aimed) mustBeOneOf(`${example}: swarm.aims.${name}`, each, known);
  }
}

function checkOften(
  { name: example }: AnyExample,
  often: readonly string[],
  targets: readonly FaultTarget[],
): void {
  const known = reachedNames(targets);
  for (const each of often) mustBeOneOf(`${example}: swarm.often`, each, known);
}

function checkUnused(
  { name: example }: AnyExample,
  unused: readonly string[],
  targets: readonly FaultTarget[],
): void {
  const known = targets.flatMap(({ name, operations }) =>
    operations.map((operation) => `${name}.${operation}`),
  );
  for (const each of unused) mustBeOneOf(`${example}: swarm.unused`, each, known);
}

/** Names of all but the processes: of these no call is struck. */
const reachedNames = (targets: readonly FaultTarget[]): readonly string[] =>
  targets.filter((target) => !isProcess(target)).map(({ name }) => name);

function mustBeOneOf(where: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw noSuch(where, name, known);
}

const noSuch = (where: string, name: string, known: readonly string[]): RangeError =>
  new RangeError(
    `Failed to read what the swarm may draw: ${where} names "${name}". ${suggest(name, known)}`,
  );

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
