import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  ruleWords,
  type SystemContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { gameEvents } from './flow.ts';
import type { Action } from './match.ts';
import { naiveGame } from './naive.ts';
import { rules, shiningCheaters, wrongEntries, wrongResults, wrongRewards } from './rules.ts';
import { createGameServices } from './services.ts';
import { type GameTruth, playMatch } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(50)
    .default(0.3)
    .describe('matches that begin a second, in the evening'),
});

interface GameSystem {
  /** Takes an action in; may be called again with the same one. */
  act(action: Action): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  actions: counter({ label: 'actions', chart: 'rate' }),
  result: histogram({ label: 'from the end to the result', unit: 'ms', chart: 'result' }),
});

export interface Game extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: GameTruth;
  readonly system: GameSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Game>();
const minute = 60_000;
const durationMs = 6 * minute;
const basePerSecond = 0.1;

function createServices({ meter, elapsedMs }: WorldContext<Game>) {
  /** Results that were told before the host knew that the end was taken in took no time. */
  const truth: GameTruth = {
    logs: new Map(),
    results: new Map(),
    credits: [],
    board: new Map(),
    onResult: (match) =>
      meter.record(measures.result, elapsedMs() - (truth.ended.get(match) ?? elapsedMs())),
    acknowledged: new Map(),
    ended: new Map(),
    cheats: new Map(),
  };
  return { outside: { ...createGameServices(truth), broker: defineBroker(gameEvents) }, truth };
}

export function runGame(context: SystemContext<Game>): GameSystem {
  const flow = runInProcess(gameEvents, context);
  return {
    async act(action) {
      await flow.publish('action.sent', action, { id: action.id });
    },
    close: () => flow.close(),
  };
}

export const example = defineExample<Game>({
  name: 'flows/game-events',
  title: 'Game events: a log that makes the match again, and rewards that come once',
  startsAt: '2026-03-02T19:00:00.000Z',
  settings,
  charts: {
    rate: { title: 'Actions', unit: 'per-second' },
    result: { title: 'Results', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'Adds up in memory what comes as it comes, believes what clients say of themselves, and gives a reward again when there was no answer.',
      breaks: ['honest-scores', 'log-complete', 'no-cheater-shines', 'replay-same', 'rewards-once'],
      create({ outside }) {
        const game = naiveGame(outside);
        return { act: async (action) => game.act(action), close: () => game.onIdle() };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a match is what its log makes of it, and each step is recognised by the place of its action there',
      role: 'repaired',
      breaks: [],
      create: runGame,
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const match = `match-${arrival.index + 1}`;
    const act = async (action: Action): Promise<void> => {
      meter.count(measures.actions);
      await system.act(action);
    };
    await playMatch(match, act, { truth, draw: random('matches').fork(match), elapsedMs });
  },
  signals: [],
  rules,
  swarm: {
    settles: () => ({ 'for the end of a match': 30_000, 'for a retry': 8_000 }),
  },
  figures: {
    wrongResults: {
      label: 'wrong results',
      unit: 'count',
      better: 'lower',
      rule: 'replay-same',
      of: wrongResults,
    },
    wrongEntries: {
      label: 'wrong entries of logs',
      unit: 'count',
      better: 'lower',
      rule: 'log-complete',
      of: wrongEntries,
    },
    wrongRewards: {
      label: 'wrong rewards',
      unit: 'count',
      better: 'lower',
      rule: 'rewards-once',
      of: wrongRewards,
    },
    cheaters: {
      label: 'cheaters on the leaderboard',
      unit: 'count',
      better: 'lower',
      rule: 'no-cheater-shines',
      of: shiningCheaters,
    },
  },
  scenarios: flowScenarios<Game>({
    title:
      'buttons are pressed twice, some cheat, answers of the wallet are lost, a process crashes',
    intro: [
      'Three play for twenty seconds. One in ten cheats, one in ten actions comes twice, and everybody wants what they have earned.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond,
          peakPerSecond: ratePerSecond,
          durationMs,
          spikeFromMs: minute,
          spikeToMs: 3 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'drop-response',
          id: 'lost-answers',
          service: 'wallet',
          fromMs: 30_000,
          toMs: 3 * minute,
          share: 0.5,
        },
        {
          kind: 'error',
          id: 'archive-down',
          service: 'archive',
          fromMs: 100_000,
          toMs: 115_000,
          share: 0.5,
        },
        {
          kind: 'reorder',
          id: 'board-in-disorder',
          service: 'leaderboard',
          fromMs: minute,
          toMs: 3 * minute,
          delayMs: 5_000,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 150_000, toMs: 153_000 },
      ],
      story: [{ atMs: minute, text: 'the evening begins' }],
    },
    signs: defineSigns({
      'wrong-rewards': sign('rewards are given again and again', wrongRewards, {
        atLeast: 10,
        unit: 'count',
      }),
    }),
    cause: {
      label: 'lost answers of the wallet, while many play',
      conditions: {
        answers: { label: 'the lost answers', faults: ['lost-answers'] },
        crash: { label: 'the crash', faults: ['crash'] },
        archive: { label: 'the outage of the archive', faults: ['archive-down'] },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the wallet pays, and its answer is lost' },
        {
          kind: 'code',
          text: 'no answer is taken for a no, and the reward is given under a new key',
        },
        {
          kind: 'victim',
          text: `${wrongRewards(phase)} wrong rewards, ${wrongResults(phase)} results that no log explains`,
        },
      ],
      lessons: [
        {
          text: 'Log what was sent, let the state be what the log makes of it, and give what follows the place in the log for a key.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond / 2,
      stepMs: 40_000,
      columns: [
        { name: 'actions', label: 'actions', unit: 'count' },
        { name: 'p95', label: 'result, p95', unit: 'ms' },
      ],
      row: ({ measured }) => ({ actions: measured.actions.total, p95: measured.result.p95 }),
    },
  }),
});
