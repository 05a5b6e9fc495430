import { meanLatencyMs } from '@firedrill/core/services';
import {
  achievements,
  arenaRadiusM,
  hitsPerDefeat,
  mapSizeM,
  maxStepM,
  messageHeaderBytes,
  updateBytes,
} from '../domain.ts';
import { arenaShare, attackShare, emoteShare, meanStepM } from '../world/players.ts';
import { latencies } from '../services/latencies.ts';
import type { Settings } from '../settings.ts';
import { pricesOf } from '../world/prices.ts';

/** Share of the attacks that hit, over players of all skills. */
const hitShare = 0.57;

/** What a shard has to carry. */
export interface ShardLoad {
  readonly players: number;
  readonly loginsPerSecond: number;
}

const ms = (service: keyof typeof latencies): number => meanLatencyMs(latencies[service]);

/** Actions, and defeats among them, in one tick. */
function actionsPerTick({ players }: ShardLoad, { actionsPerSecond, tickMs }: Settings) {
  const actions = (players * actionsPerSecond * tickMs) / 1_000;
  const defeats = (actions * attackShare * hitShare) / hitsPerDefeat;
  return { actions, defeats, emotes: actions * emoteShare };
}

/**
 * Mean length in ms of a tick that awaits its calls and tells everybody everything: the calls one
 * after the other, and copies that grow with the square of the players. Without pushes: in the few
 * seconds of a step nobody gets an achievement.
 */
export function plainTickMs(load: ShardLoad, settings: Settings): number {
  const { players, loginsPerSecond } = load;
  const { tickMs } = settings;
  const { tickUs, actionUs, encodeUs, sendUs, copyUsPerKb } = pricesOf(settings);
  const { actions, defeats, emotes } = actionsPerTick(load, settings);
  const logins = (loginsPerSecond * tickMs) / 1_000;
  const perDefeatMs = ms('effects') + 2 * ms('leaderboard') + ms('achievements');
  const awaitedMs = ms('storage') + defeats * perDefeatMs + emotes * ms('effects');
  const changed = actions + logins;
  const bytes = (players * changed + logins * players) * updateBytes.full;
  const encoded = changed + (logins > 0 ? players : 0);
  const us =
    tickUs +
    actions * actionUs +
    encoded * encodeUs +
    (players + logins) * sendUs +
    (bytes / 1_000) * copyUsPerKb;
  return awaitedMs + us / 1_000;
}

/**
 * Mean length in ms of a tick of the hardened shard, from the density of players. Half of them are in
 * the arena, the others are spread over the map, and each is told of what happens in a disc.
 */
export function hardenedTickMs(load: ShardLoad, settings: Settings): number {
  const { players, loginsPerSecond } = load;
  const { tickUs, actionUs, checkUs, compareUs, encodeUs, sendUs, copyUsPerKb } =
    pricesOf(settings);
  const { tickMs, interestM } = settings;
  const { actions, emotes } = actionsPerTick(load, settings);
  const seen = actions - emotes;
  const moves = actions * (1 - attackShare - emoteShare);
  const logins = (loginsPerSecond * tickMs) / 1_000;

  const arenaM2 = Math.PI * arenaRadiusM ** 2;
  const mapM2 = mapSizeM ** 2;
  const outside = (players * (1 - arenaShare)) / mapM2;
  const inside = outside + (players * arenaShare) / arenaM2;
  const shareInside = arenaShare + (1 - arenaShare) * (arenaM2 / mapM2);
  const density = shareInside * inside + (1 - shareInside) * outside;

  const discM2 = Math.PI * interestM ** 2;
  const nineCellsM2 = 9 * (interestM + maxStepM) ** 2;
  // A step of length s moves the disc over about 2 r s of new ground, and off as much.
  const met = density * 2 * interestM * meanStepM;
  const told = seen * density * discM2;
  const full = 2 * moves * met + 2 * logins * density * discM2;

  /** A player hears something in a tick unless neither he nor anybody near does anything (Poisson). */
  const hears = (here: number): number =>
    1 - Math.exp(-((1 + here * discM2) * settings.actionsPerSecond * tickMs) / 1_000);
  const messages = players * (shareInside * hears(inside) + (1 - shareInside) * hears(outside));
  const bytes = told * updateBytes.moved + full * updateBytes.full + messages * messageHeaderBytes;
  const us =
    tickUs +
    actions * (actionUs + checkUs) +
    seen * density * nineCellsM2 * compareUs +
    (seen + full + 2 * moves * met) * encodeUs +
    messages * sendUs +
    (bytes / 1_000) * copyUsPerKb;
  return us / 1_000;
}

/** What the workers of the hardened shard have to do: an effect each for emotes and defeats. */
export function followUpLoad(load: ShardLoad, settings: Settings) {
  const { defeats, emotes } = actionsPerTick(load, settings);
  return {
    ratePerSecond: ((defeats + emotes) * 1_000) / settings.tickMs,
    serviceMs: ms('effects'),
  };
}

/** Pushes a second: an achievement each, spread evenly over the defeats that the last one takes. */
export function pushesPerSecond(players: number, settings: Settings): number {
  const { defeats } = actionsPerTick({ players, loginsPerSecond: 0 }, settings);
  const achievementsPerDefeat = achievements.length / (achievements.at(-1)?.defeats ?? 1);
  return ((defeats * 1_000) / settings.tickMs) * achievementsPerDefeat;
}
