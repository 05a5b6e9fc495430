import { createRandom } from '@firedrill/core/simulation';
import { createGame, hardenedParts, type Parts } from '../../src/implementations/hardened/game.ts';
import type { ReceivedInput, Suspicion, Verdict } from '../../src/domain.ts';
import type { Settings } from '../../src/settings.ts';
import type { Context, Outside } from '../../src/system.ts';
import { createCrowd } from '../../src/world/crowd.ts';
import type { Phones } from './connect-phones.ts';
import { drawPlayers } from './inputs.ts';
import { pause } from './pace.ts';
import { counting, noWork, type Work } from './work.ts';
import { createWire } from './wire.ts';

type Hear = (verdict: Verdict) => void;

const ignore = (): void => {};
const answered = async (): Promise<object> => ({});

/** One tick of a shard on the wall clock: what it took, and what it was charged for. */
export interface Tick {
  readonly tookUs: number;
  readonly work: Work;
}

export interface Play {
  readonly players: number;
  readonly settings: Settings;
  readonly phones: Phones;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  readonly parts?: Partial<Parts>;
  /** Whether what players are told is sent at all. */
  readonly isSent?: boolean;
}

/**
 * Lets the hardened shard play on the wall clock: its own loop, its own code, real players, bytes and sockets. What
 * follows a tick is answered at once, as it is no part of it.
 */
export async function play(options: Play): Promise<readonly Tick[]> {
  const { players, settings, phones, warmUpMs, measuredMs, parts, isSent = true } = options;
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  const work = noWork();
  const cpu = counting(work);
  const wire = createWire(phones, cpu);
  const inbox: ReceivedInput[] = [];
  const ticks: Tick[] = [];
  let begunMs = 0;

  const crowd = createCrowd(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a crowd uses of a world
    { settings, elapsedMs, meter: { count() {} } } as unknown as Parameters<typeof createCrowd>[0],
    {
      onInput() {},
      onArrival: (input) => void inbox.push({ ...input, receivedAtMs: elapsedMs() }),
    },
  );

  const gate: Outside['gate'] = {
    take() {
      begunMs = performance.now();
      Object.assign(work, noWork());
      return inbox.splice(0);
    },
    hasInputs: () => inbox.length > 0,
    acknowledge: wire.acknowledge,
    connect: wire.connect,
    flush: () => (isSent ? wire.flush() : wire.discard()),
    endTick() {
      ticks.push({ tookUs: 1_000 * (performance.now() - begunMs), work: { ...work } });
      crowd.heard();
    },
    kick: (playerId) => crowd.remove(playerId),
    keep() {},
    stored() {},
    present: () => [],
    close: () => crowd.close(),
    broadcast() {},
    multicast() {},
  };
  let hear: Hear = ignore;
  const outside = {
    cpu,
    gate,
    door: {},
    verdicts: {
      onMessage(handler: Hear) {
        hear = handler;
        return () => {};
      },
    },
    storage: { load: answered, saveNewer: answered },
    cases: { keep: answered, all: async () => ({ cases: [] }) },
    leaderboard: { submit: answered, remove: answered },
    rewards: { grant: answered },
    push: { send: answered },
    effects: { play: answered },
    moderation: {
      async report({ playerId }: Suspicion) {
        setTimeout(() => hear({ playerId, isCheater: false }), 0);
      },
    },
    operations: { noteShed: answered },
  };
  const context = {
    settings,
    outside,
    telemetry: { failed() {}, count() {}, note() {}, gauge() {} },
    process: { name: 'app', start: 1 },
    clock: { elapsedMs },
    random: (name: string) => createRandom(1, name),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a shard uses of its context
  const game = createGame(context as unknown as Context, { ...hardenedParts, ...parts });
  const everybody = drawPlayers(players, settings);
  await Promise.all(everybody.map(({ profile }) => game.join(profile)));
  for (const player of everybody) crowd.enter(player);
  await pause(warmUpMs);
  ticks.length = 0;
  await pause(measuredMs);
  const measured = ticks.slice();
  await game.close();
  return measured;
}
