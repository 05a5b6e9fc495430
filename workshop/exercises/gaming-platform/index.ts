import { defineIncident } from '@firedrill/core/workshop';
import { example } from 'gaming-platform/src/example.ts';
import type { Game } from 'gaming-platform/src/types.ts';
import { slowTick } from './hints.ts';

const second = 1_000;

/** What a tick does not have to wait for. */
const beside = ['push', 'effects', 'rewards', 'leaderboard', 'operations'];
const stored = ['storage', ...beside];

export const incident = defineIncident<Game>({
  example,
  // A small shard: fewer players, more of whom cheat, on a processor for which each update takes longer.
  settings: { onlineShare: 0.025, cheaterShare: 0.08, encodeUs: 10, sendUs: 4 },
  exercises: [
    {
      name: '1-the-tick',
      title: 'The game does not stand still',
      task: 'A push that takes seconds must not hold up the tick, and with it every player.',
      given: [
        'createHooks: a bounded pool with a queue',
        'createPlainShard: waits for what followUp gives back, if it gives anything',
      ],
      rules: {
        'actions-count': 'actions are answered',
        'players-let-in': 'who comes gets in',
        'no-unhandled-rejection': 'every error is heard',
      },
      floor: { 'actions-count': 0.3, 'effects-arrive': 0.3 },
      unseen: { services: beside },
      hints: { 'actions-count': slowTick, 'players-let-in': slowTick },
    },
    {
      name: '2-rewards',
      title: 'No reward is lost',
      task: 'A reward that could not be granted is tried again until it is, however long that takes.',
      given: ['backoffDelayMs: how long to wait after so many failures', 'a key with each grant'],
      rules: {
        'no-lost-reward': 'no reward lost',
        'no-double-reward': 'none twice',
        'nothing-for-cheaters': 'none for cheaters',
        'nothing-left-behind': 'nothing left behind',
      },
      floor: { 'actions-count': 0.5 },
      unseen: { services: ['rewards', 'push', 'effects', 'leaderboard'] },
      hints: {
        'no-lost-reward':
          'A call that fails, and one that finds no room, is a reward that somebody has earned and nobody gives. An outbox forgets an item when somebody says that it is done, and at no other moment.',
        'nothing-left-behind':
          'Somebody waits for the end of work that was dropped: what is given up without a word is waited for until the end.',
      },
    },
    {
      name: '3-newest-row',
      title: 'The last state is the stored one',
      task: 'Rows and scores that could not be written are written later, and never over newer ones.',
      given: [
        'flush is called each second while something is pending',
        'done: whoever waits until it is written',
      ],
      rules: {
        'honest-state': 'rows are right',
        'leaderboard-exact': 'the leaderboard is exact',
      },
      floor: { 'actions-count': 0.5 },
      // Of so few players, few write in a batch that fails: more batches do.
      faults: ['storage', 'leaderboard'].map((service) => ({
        kind: 'error',
        service,
        fromMs: 60 * second,
        toMs: 95 * second,
        share: 0.3,
      })),
      unseen: { services: stored },
      hints: {
        'honest-state':
          'A batch that failed is gone with all its rows. Who plays on is in a later batch; who has left is in none.',
        'leaderboard-exact':
          'The line of a player is written when the score changes. If that batch fails, nobody writes it again; and if it was said to be done before it was, the row of the player does not wait for it.',
      },
    },
    {
      name: '4-who-is-near',
      title: 'A tick in ten milliseconds',
      task: 'Tell players of those who are near, only what has changed, and of nobody else.',
      given: [
        'tell: full, moved, acted, left',
        'createCells: who may be near',
        'cpu.compare, cpu.encode',
      ],
      rules: {
        'tick-p99': 'a tick in time',
        'near-is-seen': 'who is near is seen',
        'leavers-vanish': 'who left is not',
      },
      floor: { 'actions-count': 0.5 },
      unseen: { services: stored },
      hints: {
        'tick-p99': slowTick,
        'near-is-seen':
          'Two players see each other while the distance is at most the radius. Each step may bring somebody near or take somebody away, for both of them.',
        'leavers-vanish': 'Whoever sees somebody has to hear that they have gone.',
      },
    },
    {
      name: '5-cheaters',
      title: 'Nothing impossible happens',
      task: 'Refuse what no honest player can do, report who is strange, and accuse nobody for a bad network.',
      given: ['isPossible, createPatterns', 'receivedAtMs: the time of the gate'],
      rules: {
        'no-impossible-action': 'nothing impossible',
        'honest-left-alone': 'nobody honest is accused',
        'cheaters-caught': 'cheaters are caught',
      },
      floor: { 'actions-count': 0.5 },
      unseen: { services: stored },
      hints: {
        'no-impossible-action':
          'A report comes after the damage. What the rules of the game make impossible has to be refused before it is part of the state.',
        'honest-left-alone':
          'Whoever comes out of a tunnel has seconds of honest actions arrive at once: by the clock of the server they ran. How much may somebody save up who was silent for ten seconds?',
        'cheaters-caught':
          'Speed is one way to cheat of several. Some aim too well, some press like a clock: for these there are patterns.',
        'honest-state': 'An honest action was refused. What was certain about it?',
      },
    },
    {
      name: '6-crash',
      title: 'A crash takes nothing away',
      task: 'The shard crashes in the event; when it is back, everything that was on its way gets done.',
      given: ['the gate keeps the inputs that are not stored', 'a key with each grant'],
      rules: {
        'no-lost-reward': 'no reward lost',
        'only-optional-shed': 'only the optional is shed, and said',
        'honest-state': 'rows are right',
        'leaderboard-exact': 'the leaderboard is exact',
      },
      faults: [45, 62, 78, 100].map((at) => ({
        kind: 'crash',
        service: 'app',
        fromMs: at * second,
        toMs: (at + 3) * second,
      })),
      floor: { 'actions-count': 0.3 },
      unseen: { services: ['app', ...stored] },
      hints: {
        'no-lost-reward':
          'What was only in memory is gone: the reward was on its way, and the row says that the monster is defeated. Whoever comes back sees nothing that is left to do.',
        'only-optional-shed':
          'A congratulation that was on its way at the crash was neither sent nor said to be given up.',
      },
    },
  ],
  next: [
    'examples/gaming-platform/README.md: how each week went, with the figures',
    'examples/gaming-platform/src/implementations/hardened/game.ts: all parts in one system',
    'pnpm --filter gaming-platform start -- --scenario=scale',
  ],
});
