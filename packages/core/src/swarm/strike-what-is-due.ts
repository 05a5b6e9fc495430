import type { AnyExample, AnyImplementation } from '../scenario/example.ts';
import { quietTime } from '../scenario/quiet-time.ts';
import type { Due } from '../scenario/scenario.ts';
import type { DrawnFault } from './draw-fault.ts';
import { runSeed } from './run-seed.ts';
import {
  type Call,
  described,
  faultsOf,
  groundOf,
  judgedOf,
  namesOf,
  nameOf,
  type StrikeOptions,
  strikesOn,
  type StrikeTimes,
  type StruckCalls,
} from './strikes.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** People come for so long, in ms: enough of them, that something is due at each of its moments. */
const durationMs = 600_000;

/** A strike lasts so long, or as long as what comes once an hour or more seldom may take; it begins a little early, in ms. */
const strikeMs = 60_000;
const seldomMs = 3_600_000;
const earlyMs = 5_000;

/** From one strike to the next, times its length: what was tried again is done by then. */
const apart = 3;

/** How what is due is struck. */
export interface StrikeDueOptions extends StrikeOptions {
  /** What strikes the load in every run: it leads to what is due. Default: nothing does. */
  readonly trouble?: readonly DrawnFault[];
}

/**
 * Strikes each operation that is due in the quiet days after the load, once with each sharp kind of fault, with a
 * crash while that lasts, and with a crash between what it did and its answer: each strike at a moment of its own at
 * which the operation is due (`Storm.due`), as many in a run as there are moments. Judged as in `strikeEachCall`.
 *
 * @throws RangeError as `runSeed` does
 */
export async function strikeWhatIsDue(
  example: AnyExample,
  implementation: AnyImplementation,
  options: StrikeDueOptions = {},
): Promise<StruckCalls> {
  const { factor = 1, seed = 1, settings = example.swarm?.small ?? {}, trouble = [] } = options;
  const { calls, processes, kinds } = await groundOf(example, settings);
  const broken: StruckCalls['broken'][number][] = [];
  const performed = new Set<string>();

  const struck = quietTime(example, settings).due.map((due) => {
    const some = calls.filter((call) =>
      namesOf(call).some((name) => due.operations.includes(name)),
    );
    const times = timesOf(due);
    return {
      calls: some,
      moments: momentsOf(due, apart * times.blowMs),
      strikes: some.flatMap((call) =>
        strikesOn({ call, way: [] }, kinds, processes.length > 0, times),
      ),
    };
  });
  const runs = Math.max(
    0,
    ...struck.map((each) => Math.ceil(each.strikes.length / each.moments.length)),
  );
  for (let run = 0; run < runs; run += 1) {
    if (options.stopsAtFirst === true && broken.length > 0) break;
    const now = struck.flatMap(({ moments, strikes }, due) =>
      strikes.slice(run * moments.length, (run + 1) * moments.length).map((strike, index) => ({
        strike,
        atMs: moments[index] ?? 0,
        id: `${due + 1}-${index + 1}`,
      })),
    );
    const faults = now.flatMap(({ strike, atMs, id }) =>
      faultsOf(strike, atMs - earlyMs, id, processes),
    );
    const load = { shape: 'constant', factor, durationMs } as const;
    const storm: SwarmStorm = { seed, load, settings, faults: [...trouble, ...faults] };
    const result = await runSeed(example, storm, implementation, judgedOf(example));
    for (const name of result.reached.operations) performed.add(name);
    const { breakage, virtualMs } = result;
    if (breakage === undefined) continue;
    const last = now.filter(({ atMs }) => atMs <= virtualMs).toSorted((a, b) => a.atMs - b.atMs);
    const blows = last
      .slice(-2)
      .map(({ strike }) => described(strike))
      .join('; then ');
    broken.push({ ...breakage, blows, storm });
  }
  const isReached = (call: Call): boolean => namesOf(call).some((name) => performed.has(name));
  return {
    broken,
    strikes: struck.reduce((sum, each) => sum + each.strikes.length, 0),
    runs,
    unreached: [
      ...new Set(
        struck.flatMap((each) => each.calls.filter((call) => !isReached(call)).map(nameOf)),
      ),
    ],
  };
}

function timesOf({ withinMs }: Due): StrikeTimes {
  const blowMs = earlyMs + (withinMs < seldomMs ? strikeMs : withinMs);
  return { blowMs, afterwardsMs: 0, downMs: blowMs };
}

/** Moments at which something may be due, at least so far from each other, in ms. */
function momentsOf({ atMs, withinMs }: Due, leastMs: number): readonly number[] {
  const moments: number[] = [];
  for (const firstMs of atMs) {
    let moment = firstMs;
    do {
      if (moment - (moments.at(-1) ?? -Infinity) >= leastMs) moments.push(moment);
      moment += leastMs;
    } while (moment < firstMs + withinMs);
  }
  return moments;
}
