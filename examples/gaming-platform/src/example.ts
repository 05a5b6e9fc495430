import { defineExample } from '@firedrill/core/scenario';
import { visitGame } from './clients.ts';
import { figures } from './figures.ts';
import * as implementations from './implementations/index.ts';
import { lazy } from './implementations/lazy.ts';
import { charts, measures } from './measurements.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { startsAt } from './scenarios/explain.ts';
import { failure } from './scenarios/failure.ts';
import { recovery } from './scenarios/recovery.ts';
import { scale } from './scenarios/scale.ts';
import { story } from './scenarios/story.ts';
import { createServices } from './services.ts';
import { lineTakesMs } from './world/login-database.ts';
import { settingsSchema } from './settings.ts';
import { signals } from './signals.ts';
import type { Game } from './types.ts';

/** A game with a million players a day has a weekend event. */
export const example = defineExample<Game>({
  name: 'gaming-platform',
  title: 'Gaming platform: the weekend event',
  startsAt,
  settings: settingsSchema,
  charts,
  measures,
  reports,
  createServices,
  implementations,
  lazy,
  visit: visitGame,
  signals,
  rules,
  figures,
  // An event of 135 players, and enough cheaters among them to judge by.
  swarm: {
    // Fewer players and as much less room for them, or nothing would ever be shed: nine workers are
    // reserved for what is vital, and the others are fewer by as much as the players.
    // They see farther, or they would hardly see each other.
    small: {
      dailyPlayers: 80_000,
      cheaterShare: 0.2,
      workers: 10,
      queueSize: 9,
      interestM: 50,
    },
    // Not the crowd: a budget of bytes binds where many are in sight of each other. Even with thirty people and
    // ticks of 200 ms such a storm takes four times what others do, and fewer have no cheaters to judge by.
    switches: ['loginQueue', 'lossyLink'],
    // What weeks 1 to 4 have called.
    unused: [
      'achievements.check',
      'leaderboard.add',
      'leaderboard.get',
      'leaderboard.put',
      'storage.save',
    ],
    // What everybody's gains and rows go through; pushes and effects are many more.
    often: ['storage', 'rewards', 'cases', 'moderation'],
    hasRounds: true,
    // Whoever came in the last second is in when all before him are.
    settles: ({ loginQueue }) => (loginQueue ? lineTakesMs : {}),
  },
  scenarios: { failure, recovery, scale, story },
});
