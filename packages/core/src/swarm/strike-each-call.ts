import type { AnyExample, AnyImplementation } from '../scenario/example.ts';
import type { FaultKind, FaultTarget } from '../services/index.ts';
import { inPlaces } from './in-places.ts';
import { runSeed } from './run-seed.ts';
import {
  able,
  type Blow,
  type Call,
  crash,
  crashedIn,
  described,
  failing,
  faultsOf,
  groundOf,
  judgedOf,
  nameOf,
  namesOf,
  type Strike,
  type StrikeOptions,
  strikesOn,
  type StrikeTimes,
  type StruckCalls,
} from './strikes.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/**
 * A call that only trouble leads to is struck while that trouble lasts, and shortly after; a process is down for longer
 * than a visitor tries. When it is back, a service is away for so long, in ms.
 */
const times: StrikeTimes = { blowMs: 5_000, afterwardsMs: 3_000, downMs: 10_000 };
const awayMs = 8_000;

/** Longer than anybody asks what became of a call, in ms. */
const outageMs = 30_000;

/** A call comes when nobody waits for it any more, nor asks again; and who has sent it may have crashed. */
const late = { forMs: 35_000, underWayMs: 45_000, downMs: 3_000 } as const;

/** Nothing is struck until the last of these has come. */
const untilLate: readonly Strike[] = [[], [], []];

/** From one strike to the next, in ms: what was tried again is done by then. */
const strikeEveryMs = 20_000;

/** After the last strike people come for so long yet, in ms: what was put off is done by then. */
const restMs = 40_000;

/** So many strikes are one run: coming to rest takes as long as a dozen of them. */
const strikesOfARun = 36;

/** So many pairs of a service and a call are struck, and as many returns: all, where there are few. */
const mostPairs = 48;

/** What is called within so many strikes while nothing is struck is usual: long enough for what is done once a minute. */
const calmStrikes = 4;

/** A run in which nothing is struck, as long as the others: which call is made when. */
const calmly: readonly Strike[] = Array.from({ length: strikesOfARun }, () => []);

/** What was performed from a strike on: as long as a blow lasts, and until the next strike. */
interface Since {
  readonly atOnce: Set<Call>;
  readonly performed: Set<Call>;
}

/** So much trouble leads to a call, at the most. */
const deepest = 2;

/**
 * Strikes each operation that a system calls, once with each sharp kind of fault, once more with a crash while it
 * lasts, and with a crash between what it did and its answer: at a moment at which it is called without that, too, as
 * far as there are enough of them. What is called only when something else goes wrong (a
 * look-up, an undo) is struck while that goes wrong: what leads to an operation is seen on the way. Then each service is
 * away for long; each call comes when nobody waits for it any more; calls fail while another service fails, with a
 * crash; and after a crash behind a call some service is away. Nothing is drawn. Only invariants are judged, and that
 * everything is as before in the end.
 *
 * @throws RangeError as `runSeed` does
 */
export async function strikeEachCall(
  example: AnyExample,
  implementation: AnyImplementation,
  { factor = 1, seed = 1, settings = example.swarm?.small ?? {}, stopsAtFirst }: StrikeOptions = {},
): Promise<StruckCalls> {
  const { calls, processes, kinds } = await groundOf(example, settings);
  const broken: StruckCalls['broken'][number][] = [];
  let strikes = 0;
  let runs = 0;

  /** Lets strikes come one after the other; says which calls were performed from each of them on. */
  async function run(some: readonly Strike[]): Promise<readonly Since[]> {
    runs += 1;
    strikes += some.length;
    const durationMs = strikeEveryMs * (some.length + 1) + restMs;
    const faults = some.flatMap((strike, index) =>
      faultsOf(strike, strikeEveryMs * (index + 1), `${index + 1}`, processes),
    );
    const storm: SwarmStorm = {
      seed,
      load: { shape: 'constant', factor, durationMs },
      settings,
      faults,
    };
    const since = some.map((): Since => ({ atOnce: new Set(), performed: new Set() }));
    let before: ReadonlyMap<string, number> = new Map();
    const result = await runSeed(example, storm, implementation, judgedOf(example), (traffic) => {
      // Counts of all operations take a while to gather: twice for each strike is enough.
      const sinceMs = traffic.atMs % strikeEveryMs;
      if (sinceMs !== 0 && sinceMs !== times.blowMs) return;
      const counts = traffic.performed;
      const from = since[Math.ceil(traffic.atMs / strikeEveryMs) - 2];
      const performed = sinceMs === 0 ? from?.performed : from?.atOnce;
      for (const call of calls) {
        if (namesOf(call).some((name) => (counts.get(name) ?? 0) > (before.get(name) ?? 0))) {
          performed?.add(call);
        }
      }
      if (sinceMs === 0) before = counts;
    });
    if (result.breakage !== undefined) {
      const last = Math.floor(result.virtualMs / strikeEveryMs) - 1;
      const blows = some
        .slice(Math.max(0, last - 1), last + 1)
        .map(described)
        .join('; then ');
      broken.push({ ...result.breakage, blows, storm });
    }
    return since;
  }

  async function runAll(some: readonly Strike[]): Promise<readonly Since[]> {
    const all: Since[] = [];
    for (let at = 0; at < some.length; at += strikesOfARun) {
      if (stopsAtFirst === true && broken.length > 0) break;
      all.push(...(await run(some.slice(at, at + strikesOfARun))));
    }
    return all;
  }

  const calm = await run(calmly);
  const ordinary = calm.slice(0, calmStrikes);
  const usual = calls.filter(
    (call) => call.operation === undefined || ordinary.some(({ performed }) => performed.has(call)),
  );
  /** In the places of a run in which its call is made without it, too, as far as there are any left. */
  const placed = <Each extends { readonly strike: Strike }>(
    some: readonly Each[],
  ): readonly Each[] =>
    inPlaces(some, strikesOfARun, ({ strike }, place) => {
      const call = firstCall(strike, calls);
      return call === undefined || calm[place]?.atOnce.has(call) === true;
    });
  const reached = new Set(usual);
  const behind = usual.flatMap((call) => namesOf(call).slice(0, 1));
  const ledTo = new Set<string>();
  let ways: { readonly call: Call; readonly way: Strike }[] = usual.map((call) => ({
    call,
    way: [],
  }));
  for (let depth = 0; depth <= deepest && ways.length > 0; depth += 1) {
    const own = placed(
      ways.flatMap((each) =>
        strikesOn(each, kinds, processes.length > 0, times).map((strike) => ({ ...each, strike })),
      ),
    );
    const since = await runAll(own.map(({ strike }) => strike));
    ways = [];
    // Best of all is what leaves open whether anything was done; what a crash leads to, each crash meets.
    const leading = own
      .map((each, index) => ({ ...each, performed: since[index]?.performed ?? new Set<Call>() }))
      .filter(({ strike }) => strike.every(({ on }) => on !== 'processes'))
      .toSorted((a, b) => Number(isOpen(b.strike)) - Number(isOpen(a.strike)));
    for (const { call: from, strike, performed: calledThen } of leading) {
      for (const call of calledThen) {
        const step = `${nameOf(from)} ${nameOf(call)}`;
        if (usual.includes(call) || call === from || ledTo.has(step)) continue;
        ledTo.add(step);
        reached.add(call);
        ways.push({ call, way: strike });
      }
    }
  }
  const groups = wholes(usual);
  await runAll([
    ...groups.flatMap((group) => outagesOf(group, kinds)),
    ...usual.flatMap((call) => latesOf(call, processes)),
  ]);
  const pairs = [
    ...pairsOf(groups, usual, kinds, processes),
    ...returnsOf(behind, groups, kinds, processes),
  ];
  await runAll(placed(pairs.map((strike) => ({ strike }))).map(({ strike }) => strike));
  return {
    broken,
    strikes,
    runs,
    unreached: calls.filter((call) => !reached.has(call)).map(nameOf),
  };
}

/** The services of calls, each as a whole. */
function wholes(calls: readonly Call[]): readonly Call[] {
  const alike = Map.groupBy(calls, ({ services: [first] }) => first?.name);
  return [...alike.values()].flatMap(([call]) =>
    call === undefined ? [] : [{ services: call.services, operation: undefined }],
  );
}

/** A service is away for so long that whoever asks gives up; and time for those who come back, and for the rest. */
const outagesOf = (group: Call, kinds: readonly FaultKind[]): readonly Strike[] =>
  able(group, kinds)
    .filter((kind) => crashedIn.has(kind))
    .flatMap((kind): readonly Strike[] => [[{ on: group, kind, fromMs: 0, toMs: outageMs }], []]);

/**
 * A call is performed when nobody waits for it any more: once as whoever sent it has given up, and once as it has
 * crashed, and is up again. And time for what follows.
 */
function latesOf(call: Call, processes: readonly FaultTarget[]): readonly Strike[] {
  if (call.operation === undefined || able(call, ['slow']).length === 0) return [];
  const slow: Blow = {
    on: call,
    kind: 'slow',
    fromMs: 0,
    toMs: late.forMs,
    underWayMs: late.underWayMs,
  };
  const crashed: Strike = [slow, crash(late.forMs, late.downMs)];
  const strikes: readonly Strike[] = processes.length > 0 ? [[slow], crashed] : [[slow]];
  return strikes.flatMap((strike): readonly Strike[] => [strike, ...untilLate]);
}

/** Whether the last blow leaves open what was done. */
const isOpen = (strike: Strike): boolean => strike.at(-1)?.kind === 'drop-response';

/** A service fails, a call of another one fails with it, and a little longer, and then the processes crash. */
const pairsOf = (
  groups: readonly Call[],
  usual: readonly Call[],
  kinds: readonly FaultKind[],
  processes: readonly FaultTarget[],
): readonly Strike[] =>
  evenly(
    groups.flatMap((one) =>
      usual.flatMap((other): readonly Strike[] => {
        const [kind] = able(one, failing(kinds));
        const then = able(other, failing(kinds)).at(-1);
        if (one.services === other.services || kind === undefined || then === undefined) return [];
        return [
          [
            { on: one, kind, fromMs: 0, toMs: times.blowMs },
            { on: other, kind: then, fromMs: 0, toMs: times.blowMs + times.afterwardsMs },
            ...(processes.length > 0 ? [crash(times.blowMs + 1_000, times.downMs)] : []),
          ],
        ];
      }),
    ),
  );

/** The processes crash behind each call, and when they are back, some service is away. */
function returnsOf(
  behind: readonly string[],
  groups: readonly Call[],
  kinds: readonly FaultKind[],
  processes: readonly FaultTarget[],
): readonly Strike[] {
  if (processes.length === 0) return [];
  return evenly(
    behind.flatMap((after) =>
      groups.flatMap((on): readonly Strike[] => {
        const [kind] = able(on, failing(kinds));
        const away = { on, fromMs: times.downMs - 1_000, toMs: times.downMs + awayMs };
        return kind === undefined ? [] : [[crash(0, times.downMs, after), { ...away, kind }]];
      }),
    ),
  );
}

/** At most {@link mostPairs} of these, from all over. */
function evenly(all: readonly Strike[]): readonly Strike[] {
  const step = Math.max(1, all.length / mostPairs);
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** The call that a strike begins with; `undefined` when it strikes whatever is called. */
function firstCall(strike: Strike, calls: readonly Call[]): Call | undefined {
  for (const { on, after } of strike) {
    if (on !== 'processes' && on.operation !== undefined) return on;
    if (after !== undefined) return calls.find((call) => namesOf(call).includes(after));
  }
  return undefined;
}
