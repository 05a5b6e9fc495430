import { onOff } from '@firedrill/core/scenario';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const share = z.coerce.number().min(0).max(1);
const cost = z.coerce.number().min(0);

/** What `--set` may change. The size of the shard follows from the figures of the game. */
const schema = z.object({
  dailyPlayers: count.default(1_000_000).describe('players of the game on one day'),
  onlineShare: share
    .default(0.06)
    .describe('share of them that is online at once at the height of a weekend event'),
  shards: count.default(40).describe('shards of the game; one of them is simulated'),
  eventFactor: z.coerce
    .number()
    .min(1)
    .max(20)
    .default(3)
    .describe('players at once in the event, times an ordinary evening'),
  sessionMinutes: z.coerce.number().positive().default(15).describe('mean length of a session'),
  actionsPerSecond: z.coerce
    .number()
    .positive()
    .max(5)
    .default(1)
    .describe('actions of one player in one second'),
  cheaterShare: share.default(0.04).describe('share of the players who cheat'),
  tickMs: milliseconds.default(50).describe('time from one tick to the next'),
  interestM: count
    .max(200)
    .default(30)
    .describe('how far a player sees the others (hardened), in metres'),
  patienceMs: milliseconds
    .default(10_000)
    .describe('silence after which a client takes its connection for lost'),
  pushSlowMs: milliseconds
    .default(1_500)
    .describe('median of a push while its provider is slow (10 ms otherwise)'),
  workers: count.max(1_000).default(24).describe('handlers at once in both hook implementations'),
  queueSize: count.max(100_000).default(96).describe('tasks that may wait for those workers'),
  actionUs: cost.default(4).describe('processor time to apply one action, in microseconds'),
  checkUs: cost.default(3).describe('processor time of the anti-cheat for one action'),
  compareUs: cost.default(0.02).describe('processor time to compare two positions'),
  encodeUs: cost.default(1.5).describe('processor time to encode one update'),
  sendUs: cost.default(0.7).describe('processor time to send one message'),
  copyUsPerKb: cost.default(0.5).describe('processor time to copy a thousand bytes to a socket'),
  crowd: onOff('everybody in one place, and a budget of bytes for each packet of such a link'),
  loginQueue: onOff(
    'finite room and a finite login database, and a line of those who wait to get in',
  ),
  lossyLink: onOff('updates in packets that get lost, as deltas against what was acknowledged'),
  measuredPrices: onOff('work of a tick at the prices that a benchmark has measured'),
});

/** Prices that are assumed, unless they were measured. */
const assumed = ['actionUs', 'checkUs', 'compareUs', 'encodeUs', 'sendUs', 'copyUsPerKb'] as const;

export const settingsSchema = schema.superRefine((settings, context) => {
  if (!settings.measuredPrices) return;
  for (const name of assumed) {
    if (settings[name] === schema.shape[name].parse(undefined)) continue;
    context.addIssue({
      code: 'custom',
      path: [name],
      message: `${settings[name]} is not used with measuredPrices; leave one of them out`,
    });
  }
});

export type Settings = z.infer<typeof settingsSchema>;

/** Players on this shard at the height of the event: daily players x share online / shards. */
export const eventPlayers = ({ dailyPlayers, onlineShare, shards }: Settings): number =>
  (dailyPlayers * onlineShare) / shards;

/** Players on this shard on an ordinary evening. */
export const ordinaryPlayers = (settings: Settings): number =>
  eventPlayers(settings) / settings.eventFactor;

/** Players a second who come in place of those who leave (Little's law, 1961); nobody leaves who has found no room. */
export const replacedPerSecond = (players: number, settings: Settings): number =>
  (settings.loginQueue ? Math.min(players, placesOf(settings)) : players) /
  (settings.sessionMinutes * 60);

/** Of those who come to an event one in five goes away again; of the others not quite all find room at once. */
const roomShare = 3 / 4;

/** How many players the shard has room for. */
export const placesOf = (settings: Settings): number =>
  Math.ceil(roomShare * eventPlayers(settings));

/** All who come to an event take so long to log in one after the other, in ms. */
export const allInMs = 90_000;

/** Logins that the login database carries in a second, at its usual speed. */
export const loginsPerSecond = (settings: Settings): number =>
  (1_000 * eventPlayers(settings)) / allInMs;
