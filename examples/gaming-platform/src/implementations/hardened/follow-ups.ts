import { createHooks, type DeadLetter } from '@firedrill/core/hooks';
import { createBreakers, sleep } from '@firedrill/core/resilience';
import {
  type Achievement,
  congratulate,
  type PlayerState,
  type Profile,
  rewardId,
  type Score,
  type Suspicion,
} from '../../domain.ts';
import type { Services } from '../../services.ts';
import { type Context, type Lane, lanes } from '../../system.ts';
import { createOutbox } from './outbox.ts';
import type { ShedReason, ShedReporter } from './shed-log.ts';
import { createWriteBehind } from './write-behind.ts';

/** Everything that follows a tick: the vital until it is done, the optional if there is room. */
export interface FollowUps {
  stateChanged(state: PlayerState): void;
  scoreChanged(state: PlayerState): void;
  scoreRemoved(playerId: string): void;
  suspicionRaised(suspicion: Suspicion): void;
  rewardDue(profile: Profile, achievement: Achievement): void;
  notificationDue(profile: Profile, achievement: Achievement): void;
  effectDue(effectId: string): void;
  /** Vital work that is not known to be done. */
  readonly vital: number;
  readonly waiting: number;
  readonly breakers: () => { readonly open: number; readonly halfOpen: number };
  /** Resolves when all vital work is done. */
  close(): Promise<void>;
}

interface Reward {
  readonly id: string;
  readonly coins: number;
}

interface Notification {
  readonly id: string;
  readonly text: string;
}

interface FollowUpEvents {
  readonly 'state.flush': undefined;
  readonly 'suspicion.raised': Suspicion;
  readonly 'reward.due': Reward;
  readonly 'score.flush': undefined;
  readonly 'score.removed': string;
  readonly 'notification.due': Notification;
  readonly 'effect.due': string;
}

/** Rows and scores are written this often; a player who changes ten times meanwhile is one row. */
const flushEveryMs = 1_000;

/** Workers that slow pushes cannot take. Rewards come one by one, everything else in batches. */
const reserved: Partial<Record<Lane, number>> = {
  state: 1,
  'anti-cheat': 1,
  rewards: 6,
  leaderboard: 1,
};

/** Time limit of a vital call: ten times the 99th percentile of the slowest; then it is repeated. */
const vitalTimeoutMs = 200;
/** Time limit of a push: longer than a slow provider takes, shorter than one that hangs. */
const pushTimeoutMs = 4_000;
const effectTimeoutMs = 500;

/** Older than this, a firework or a congratulation is of no use. */
const effectUsefulMs = 2_000;
const notificationUsefulMs = 15_000;

export function createFollowUps(
  context: Context,
  services: Services,
  shed: ShedReporter,
): FollowUps {
  const { meter, settings } = context;
  const { storage, leaderboard, rewards, push, effects, moderation } = services;
  const jitter = context.random('outboxes');
  const draw = (): number => jitter.next();
  const breakers = createBreakers({
    failureThreshold: { consecutive: 5 },
    halfOpenAfterMs: { initialMs: 1_000, maxMs: 4_000 },
    probeTimeoutMs: pushTimeoutMs,
  });

  const hooks = createHooks<FollowUpEvents, Lane>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    lanes: lanes.map((name) => ({ name, reservedWorkers: reserved[name] ?? 0 })),
    onDeadLetter: undone,
  });
  const { registry } = hooks;

  const rows = createWriteBehind<PlayerState>((changed) =>
    storage.saveNewer({ rows: [...changed] }, { timeoutMs: vitalTimeoutMs }),
  );
  const scores = createWriteBehind<Score>((changed) =>
    leaderboard.submit({ scores: [...changed] }, { timeoutMs: vitalTimeoutMs }),
  );
  const suspicions = createOutbox<Suspicion>(
    (suspicion) => hooks.emit('suspicion.raised', suspicion, { lane: 'anti-cheat' }).admitted,
    draw,
  );
  const grants = createOutbox<Reward>(
    (reward) => hooks.emit('reward.due', reward, { lane: 'rewards' }).admitted,
    draw,
  );
  const removals = createOutbox<string>(
    (playerId) => hooks.emit('score.removed', playerId, { lane: 'leaderboard' }).admitted,
    draw,
  );

  registry.hook('state.flush', () => rows.flush());
  registry.hook('score.flush', () => scores.flush());
  registry.hook('score.removed', async (playerId) => {
    await leaderboard.remove({ playerId }, { timeoutMs: vitalTimeoutMs });
    removals.done(playerId);
  });
  registry.hook('suspicion.raised', async (suspicion) => {
    await moderation.report(suspicion, { timeoutMs: vitalTimeoutMs });
    suspicions.done(suspicion.playerId);
  });
  registry.hook('reward.due', async ({ id, coins }) => {
    // The key makes a repetition harmless, so that an answer that was lost can simply be asked again.
    await rewards.grant({ rewardId: id, coins, idempotencyKey: id }, { timeoutMs: vitalTimeoutMs });
    grants.done(id);
  });
  registry.hook('notification.due', ({ id, text }, { signal }) =>
    breakers.execute(
      'push',
      (call) =>
        push.send({ notificationId: id, text }, { timeoutMs: pushTimeoutMs, signal: call.signal }),
      signal,
    ),
  );
  registry.hook('effect.due', (effectId) =>
    effects.play({ effectId }, { timeoutMs: effectTimeoutMs }),
  );

  /** Whatever was not done comes here: vital work goes on its way again, the rest is given up. */
  function undone(letter: DeadLetter<keyof FollowUpEvents, unknown, Lane>): void {
    if (letter.reason === 'failed' && letter.lane !== 'notifications') meter.count('effectErrors');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event says what its data is
    const { event, data } = letter as Letter;
    switch (event) {
      case 'suspicion.raised':
        return suspicions.failed(data.playerId);
      case 'reward.due':
        return grants.failed(data.id);
      case 'score.removed':
        return removals.failed(data);
      case 'notification.due':
        return shed.add('notifications', data.id, reasonOf(letter));
      case 'effect.due':
        return shed.add('cosmetics', data, reasonOf(letter));
      case 'state.flush':
      case 'score.flush':
        // The next flush writes what this one did not.
        return undefined;
    }
  }

  const timer = setInterval(() => {
    if (rows.pending > 0) hooks.emit('state.flush', undefined, { lane: 'state' });
    if (scores.pending > 0) hooks.emit('score.flush', undefined, { lane: 'leaderboard' });
  }, flushEveryMs);

  const vital = (): number =>
    rows.pending + scores.pending + suspicions.size + grants.size + removals.size;

  return {
    stateChanged: (state) => rows.put(state.playerId, state),
    scoreChanged: ({ playerId, score, sequence }) =>
      scores.put(playerId, { playerId, score, version: sequence }),
    scoreRemoved(playerId) {
      scores.remove(playerId);
      removals.add(playerId, playerId);
    },
    suspicionRaised: (suspicion) => suspicions.add(suspicion.playerId, suspicion),
    rewardDue({ playerId }, achievement) {
      const id = rewardId(playerId, achievement);
      grants.add(id, { id, coins: achievement.coins });
    },
    notificationDue(profile, achievement) {
      const id = rewardId(profile.playerId, achievement);
      const text =
        profile.name === undefined ? achievement.title : congratulate(profile, achievement);
      const { admitted } = hooks.emit(
        'notification.due',
        { id, text },
        { lane: 'notifications', timeoutMs: notificationUsefulMs },
      );
      if (!admitted) shed.add('notifications', id, 'no room');
    },
    effectDue(effectId) {
      const { admitted } = hooks.emit('effect.due', effectId, {
        lane: 'cosmetics',
        timeoutMs: effectUsefulMs,
      });
      if (!admitted) shed.add('cosmetics', effectId, 'no room');
    },
    get vital() {
      return vital();
    },
    get waiting() {
      return hooks.counters().waiting;
    },
    breakers: () => breakers.counts(),
    async close() {
      while (vital() > 0) await sleep(flushEveryMs / 4);
      clearInterval(timer);
      await hooks.drain();
    },
  };
}

/** What the letter of each event carries. */
type Letter = {
  [Event in keyof FollowUpEvents]: {
    readonly event: Event;
    readonly data: FollowUpEvents[Event];
  };
}[keyof FollowUpEvents];

function reasonOf({ reason }: DeadLetter): ShedReason {
  if (reason === 'shed') return 'no room';
  return reason === 'timed-out' ? 'too late' : 'provider down';
}
