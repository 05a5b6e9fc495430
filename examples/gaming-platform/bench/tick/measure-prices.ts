import { createRandom } from '@firedrill/core/simulation';
import { evolve, newcomer, type PlayerState } from '../../src/domain.ts';
import { hardenedParts } from '../../src/implementations/hardened/game.ts';
import type { Interest } from '../../src/implementations/hardened/interest.ts';
import type { Settings } from '../../src/settings.ts';
import type { Context, Outside } from '../../src/system.ts';
import type { Prices } from '../../src/world/prices.ts';
import type { Phones } from './connect-phones.ts';
import { createInputs, drawPlayers } from './inputs.ts';
import { paced, tookUs } from './pace.ts';
import { play } from './play.ts';
import { mean, median } from './statistics.ts';
import { counting, noWork, type Work } from './work.ts';
import { createWire } from './wire.ts';

export interface Pricing {
  readonly settings: Settings;
  readonly phones: Phones;
  /** Ticks that are done first, and those that are measured, of each figure. */
  readonly warmUpTicks: number;
  readonly ticks: number;
}

/** Prices are those of a shard with so many players, as in the event. */
const players = 1_500;
/** In one this much fuller, whoever does something is compared with as many more. */
const crowdedBy = 4;
/** Blows of a tick, by whose price comparing is told from the rest. */
const blows = 75;
/** Messages of a tick: what it takes to begin is told from what each takes. */
const fewMessages = 50;
const manyMessages = 600;
/** Bytes in a short message, and in a long one. */
const shortBytes = 20;
const longBytes = 1_020;

/** The most players of any shard whose prices are measured. */
export const mostPriced = crowdedBy * players;

/**
 * What each kind of work of a tick takes on this machine: the code of the hardened shard itself, part by part, in
 * batches as large as those of a tick, twenty times a second. Medians.
 */
export async function measurePrices(pricing: Pricing): Promise<Prices> {
  const actionUs = await priceOfActions(pricing);
  const checkUs = await priceOfChecks(pricing);
  const compareUs = await priceOfComparing(pricing);
  const encodeUs = await priceOfEncoding(pricing, compareUs);
  return { actionUs, checkUs, compareUs, encodeUs, ...(await pricesOfMessages(pricing)) };
}

/** The whole shard, where nobody is checked, near to anybody or told anything. */
async function priceOfActions({ settings, phones, ...pace }: Pricing): Promise<number> {
  const ticks = await play({
    players,
    settings,
    phones,
    warmUpMs: pace.warmUpTicks * settings.tickMs,
    measuredMs: pace.ticks * settings.tickMs,
    isSent: false,
    parts: {
      createAntiCheat: () => ({
        examine: () => ({ offence: undefined, suspicion: undefined }),
        forget() {},
      }),
      createInterest: ({ gate }) => ({
        enter({ playerId }) {
          gate.connect(playerId);
        },
        leave() {},
        moved() {},
        acted() {},
      }),
    },
  });
  return median(ticks.map((tick) => tick.tookUs / tick.work.actions));
}

async function priceOfChecks({ settings, ...pace }: Pricing): Promise<number> {
  const inputs = createInputs(players, settings);
  const context: object = { telemetry: { count() {} }, outside: { cpu: counting(noWork()) } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the anti-cheat uses of its context
  const antiCheat = hardenedParts.createAntiCheat(context as Context);
  const each: number[] = [];
  await paced({ tickMs: settings.tickMs, ...pace }, (tick) => {
    const made = inputs.next();
    const took = tookUs(() => {
      for (const input of made) antiCheat.examine(input);
    });
    if (tick >= 0) each.push(took / made.length);
  });
  return median(each);
}

/** Interest management by itself: whoever is near is told, into a message that is not sent. */
interface Surroundings {
  readonly interest: Interest;
  readonly states: Map<string, PlayerState>;
  readonly work: Work;
  /** Forgets the messages, and the work so far. */
  readonly forget: () => void;
}

function createSurroundings(count: number, { settings, phones }: Pricing): Surroundings {
  const work = noWork();
  const cpu = counting(work);
  const wire = createWire(phones, cpu);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what interest management uses of the outside
  const outside = { cpu, gate: { connect: wire.connect } } as Outside;
  const interest = hardenedParts.createInterest(outside, settings.interestM);
  const states = new Map(
    drawPlayers(count, settings).map(({ profile }) => [profile.playerId, newcomer(profile)]),
  );
  for (const state of states.values()) interest.enter(state);
  function forget(): void {
    wire.discard();
    Object.assign(work, noWork());
  }
  forget();
  return { interest, states, work, forget };
}

/** As many blows among more players: what they take longer is comparing, and telling those who are near. */
async function priceOfComparing(pricing: Pricing): Promise<number> {
  const sparse = await blowsAmong(players, pricing);
  const dense = await blowsAmong(crowdedBy * players, pricing);
  return (dense.tookUs - sparse.tookUs) / (dense.compares - sparse.compares);
}

async function blowsAmong(
  count: number,
  pricing: Pricing,
): Promise<{ readonly tookUs: number; readonly compares: number }> {
  const { interest, states, work, forget } = createSurroundings(count, pricing);
  const random = createRandom(1, 'blows');
  const everybody = [...states.values()];
  const took: number[] = [];
  const compares: number[] = [];
  await paced({ tickMs: pricing.settings.tickMs, ...pricing }, (tick) => {
    const striking = random.shuffle(everybody).slice(0, blows);
    const us = tookUs(() => {
      for (const state of striking) interest.acted(state);
    });
    if (tick >= 0) {
      took.push(us);
      compares.push(work.compares);
    }
    forget();
  });
  return { tookUs: median(took), compares: mean(compares) };
}

/** What players do, and those near are told of: all of it but comparing. */
async function priceOfEncoding(pricing: Pricing, compareUs: number): Promise<number> {
  const { interest, states, work, forget } = createSurroundings(players, pricing);
  const inputs = createInputs(players, pricing.settings);
  const each: number[] = [];
  await paced({ tickMs: pricing.settings.tickMs, ...pricing }, (tick) => {
    const changes = inputs.next().flatMap((input) => {
      const before = states.get(input.playerId);
      if (before === undefined) return [];
      const after = evolve(before, input);
      states.set(input.playerId, after);
      return [{ type: input.action.type, after }];
    });
    const us = tookUs(() => {
      for (const { type, after } of changes) {
        if (type === 'move') interest.moved(after);
        else if (type === 'attack') interest.acted(after);
      }
    });
    if (tick >= 0) each.push((us - compareUs * work.compares) / work.encodes);
    forget();
  });
  return median(each);
}

/** Messages to some of the players, chosen by lot: few or many, short or long, in turn. */
async function pricesOfMessages({
  settings,
  phones,
  ...pace
}: Pricing): Promise<Pick<Prices, 'tickUs' | 'sendUs' | 'copyUsPerKb'>> {
  const random = createRandom(1, 'messages');
  const wire = createWire(phones, counting(noWork()));
  const names = Array.from({ length: players }, (_, index) => `player-${index + 1}`);
  for (const name of names) wire.connect(name);
  const kinds = [
    { count: fewMessages, bytes: shortBytes },
    { count: manyMessages, bytes: shortBytes },
    { count: manyMessages, bytes: longBytes },
  ].map((kind) => ({ ...kind, took: [] as number[] }));
  const ticks = kinds.length * pace.ticks;
  await paced({ tickMs: settings.tickMs, warmUpTicks: pace.warmUpTicks, ticks }, (tick) => {
    const { count, bytes, took } = kinds.at(tick % kinds.length) ?? {};
    for (const name of random.shuffle(names).slice(0, count)) wire.fill(name, bytes ?? 0);
    const us = tookUs(() => wire.flush());
    if (tick >= 0) took?.push(us);
  });
  const [few = NaN, many = NaN, long = NaN] = kinds.map(({ took }) => median(took));
  const copyUs = (long - many) / (longBytes - shortBytes) / manyMessages;
  const perMessageUs = (many - few) / (manyMessages - fewMessages);
  return {
    tickUs: few - fewMessages * perMessageUs,
    sendUs: perMessageUs - copyUs * shortBytes,
    copyUsPerKb: 1_000 * copyUs,
  };
}
