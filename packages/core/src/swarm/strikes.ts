import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import type { FaultKind, FaultTarget } from '../services/index.ts';
import { createRandom } from '../simulation/index.ts';
import { canHave, type DrawnFault, isProcess, sharpKinds, strengthOf } from './draw-fault.ts';
import type { Breakage } from './run-seed.ts';
import { drawnKinds } from './swarm-space.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** How calls are struck, and in what. */
export interface StrikeOptions {
  /** Settings of every run. Default: those of the example's small storms. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Load, times that of an ordinary day. Default: 1. */
  readonly factor?: number;
  /** Default: 1. */
  readonly seed?: number;
  /** Whether nothing is struck any more when something has broken. Default: false. */
  readonly stopsAtFirst?: boolean;
}

/** What came of striking each call. */
export interface StruckCalls {
  /** What broke, with the blows that were struck last, and the storm. */
  readonly broken: readonly (Breakage & { readonly blows: string; readonly storm: SwarmStorm })[];
  /** Operations that nothing has led to, as `service.operation`; of services that are alike, of the first. */
  readonly unreached: readonly string[];
  /** How often something was struck, and in how many runs. */
  readonly strikes: number;
  readonly runs: number;
}

/** A call, at all services that are alike: those of three regions, say. */
export interface Call {
  readonly services: readonly FaultTarget[];
  /** None for a channel, and for a service as a whole. */
  readonly operation: string | undefined;
}

/** A fault that strikes a call, or a crash of every process; times are since the beginning of its strike. */
export interface Blow {
  readonly on: Call | 'processes';
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** What a crash waits for. */
  readonly after?: string;
  /** How long a call is under way that is slow, in ms. */
  readonly underWayMs?: number;
}

/** Blows that belong together. */
export type Strike = readonly Blow[];

/** How long a strike takes, in ms. */
export interface StrikeTimes {
  readonly blowMs: number;
  /** What only trouble leads to is struck for so much longer. */
  readonly afterwardsMs: number;
  /** For how long a process is down. */
  readonly downMs: number;
}

/** A crash comes in the midst of these: nobody knows what was done, or nothing was. */
export const crashedIn: ReadonlySet<FaultKind> = new Set(['drop-response', 'hang']);

export const judgedOf = ({ rules }: AnyExample): readonly string[] => [
  ...Object.entries(rules).flatMap(([name, { kind }]) => (kind === 'invariant' ? [name] : [])),
  'recovered',
];

/** What there is to strike, and the kinds of fault that strike it. */
interface Ground {
  readonly calls: readonly Call[];
  readonly processes: readonly FaultTarget[];
  readonly kinds: readonly FaultKind[];
}

/**
 * What can be struck with these settings. Services with the same operations are alike, and struck at once: no visitor
 * needs two of them. What a setting brings stands beside what is there without it, and is struck alone.
 */
export async function groundOf(
  example: AnyExample,
  settings: Readonly<Record<string, number>>,
): Promise<Ground> {
  const targets = await faultTargets(example, example.settings.parse(settings));
  const usual = await faultTargets(example, example.settings.parse(example.swarm?.small ?? {}));
  const usualNames = new Set(usual.map(({ name }) => name));
  const unused = new Set(example.swarm?.unused);
  const alike = Map.groupBy(
    targets.filter((target) => !isProcess(target)),
    ({ name, operations }) =>
      operations.length === 0 ? name : `${usualNames.has(name)} ${operations.join(' ')}`,
  );
  const calls = [...alike.values()].flatMap((services): readonly Call[] => {
    const [{ operations } = { operations: [] }] = services;
    if (operations.length === 0) return [{ services, operation: undefined }];
    return operations.flatMap((operation) => {
      const used = services.filter(({ name }) => !unused.has(`${name}.${operation}`));
      return used.length === 0 ? [] : [{ services: used, operation }];
    });
  });
  return {
    calls,
    processes: targets.filter((target) => canHave(target, 'crash')),
    kinds: drawnKinds(example).filter((kind) => sharpKinds.has(kind)),
  };
}

export const namesOf = ({ services, operation }: Call): readonly string[] =>
  operation === undefined ? [] : services.map(({ name }) => `${name}.${operation}`);

export const nameOf = ({ services: [first], operation }: Call): string =>
  [first?.name, ...(operation === undefined ? [] : [operation])].join('.');

/** Every strike on one call, while what leads to it lasts. */
export function strikesOn(
  { call, way }: { readonly call: Call; readonly way: Strike },
  kinds: readonly FaultKind[],
  canCrash: boolean,
  { blowMs, afterwardsMs, downMs }: StrikeTimes,
): readonly Strike[] {
  const toMs = blowMs + (way.length > 0 ? afterwardsMs : 0);
  const struck = able(call, kinds).map((kind): Strike => [
    ...way,
    { on: call, kind, fromMs: 0, toMs },
  ]);
  // What is tried again after the one meets the other: first nothing is done, and then its answer is lost.
  const [nothing] = able(call, failing(kinds)).slice(-1);
  const open = able(call, kinds).find((kind) => kind === 'drop-response');
  if (nothing !== undefined && open !== undefined) {
    struck.push([
      ...way,
      { on: call, kind: nothing, fromMs: 0, toMs: blowMs / 2 },
      { on: call, kind: open, fromMs: blowMs / 2, toMs: toMs + blowMs / 2 },
    ]);
  }
  if (!canCrash) return struck;
  const crashed = struck
    .filter((strike) => crashedIn.has(strike[way.length]?.kind ?? 'crash'))
    .map((strike): Strike => [...strike, crash(blowMs - 1_000, downMs)]);
  const [after] = namesOf(call);
  return [
    ...struck,
    ...crashed,
    ...(after === undefined ? [] : [[...way, crash(0, downMs, after)]]),
  ];
}

export const able = ({ services }: Call, kinds: readonly FaultKind[]): readonly FaultKind[] =>
  kinds.filter((kind) => services.every((target) => canHave(target, kind)));

export const crash = (fromMs: number, downMs: number, after?: string): Blow => ({
  on: 'processes',
  kind: 'crash',
  fromMs,
  toMs: fromMs + downMs,
  ...(after !== undefined && { after }),
});

/** Kinds that leave nothing done, an error before a hang. */
export const failing = (kinds: readonly FaultKind[]): readonly FaultKind[] =>
  (['error', 'hang'] as const).filter((kind) => kinds.includes(kind));

export function faultsOf(
  strike: Strike,
  atMs: number,
  number: string,
  processes: readonly FaultTarget[],
): readonly DrawnFault[] {
  return strike.flatMap(({ on, kind, fromMs, toMs, after, underWayMs }, blow) => {
    const struck = on === 'processes' ? processes : on.services;
    return struck.map(({ name }, nth) => {
      const fault = {
        id: `strike-${number}-${blow + 1}-${nth + 1}`,
        ...(underWayMs === undefined
          ? strengthOf(kind, createRandom(blow, `strike/${number}`))
          : { kind, latency: { fixedMs: underWayMs } }),
        service: name,
        ...(on !== 'processes' && on.operation !== undefined && { operation: on.operation }),
        fromMs: atMs + fromMs,
        toMs: atMs + toMs,
        ...(after !== undefined && { after }),
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
      return fault as DrawnFault;
    });
  });
}

export const described = (strike: Strike): string =>
  strike
    .map(({ on, kind, after }) => {
      const where = on === 'processes' ? '' : ` of ${nameOf(on)}`;
      return `${kind}${where}${after === undefined ? '' : ` after ${after}`}`;
    })
    .join(' + ');
