import { createHooks, type DeadLetter } from '@firedrill/core/hooks';
import { createBreakers, sleep } from '@firedrill/core/resilience';
import {
  type Achievement,
  type Case,
  type Lane,
  lanes,
  congratulate,
  type PlayerState,
  type Profile,
  rewardId,
  type Score,
  type Suspicion,
} from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { Parts } from './game.ts';
import type { ShedLog, ShedReason } from './shed-log.ts';

/** Everything that follows a tick: the vital until it is done, the optional if there is room. */
export interface FollowUps {
  /** A state may be stored. */
  stateSettled(state: PlayerState): void;
  /** `done`, here and below, is called when it is done, or was given up and told. */
  scoreChanged(state: PlayerState, done: () => void): void;
  /** A player gains nothing any more: what is on its way is given up, and his line is removed. */
  playerBanned(playerId: string): void;
  suspicionRaised(suspicion: Suspicion): void;
  caseJudged(judged: Case): void;
  rewardDue(profile: Profile, achievement: Achievement, done: () => void): void;
  /** `deedAtMs`, here and below, is when the deed arrived: a shard that comes back acts on what has waited for it. */
  notificationDue(
    profile: Profile,
    achievement: Achievement,
    deedAtMs: number,
    done: () => void,
  ): void;
  effectDue(effectId: string, deedAtMs: number, done: () => void): void;
  /** Vital work that is not known to be done. */
  readonly vital: number;
  readonly waiting: number;
  readonly breakers: () => { readonly open: number; readonly halfOpen: number };
  /** Resolves when all vital work is done. */
  close(): Promise<void>;
}

interface Reward {
  readonly id: string;
  readonly playerId: string;
  readonly coins: number;
  readonly done: () => void;
}

interface Notification {
  readonly id: string;
  readonly text: string;
  readonly done: () => void;
}

interface Effect {
  readonly id: string;
  readonly done: () => void;
}

interface FollowUpEvents {
  readonly 'state.flush': undefined;
  readonly 'suspicion.raised': Suspicion;
  readonly 'case.judged': Case;
  readonly 'reward.due': Reward;
  readonly 'score.flush': undefined;
  readonly 'score.removed': string;
  readonly 'notification.due': Notification;
  readonly 'effect.due': Effect;
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
/** What a congratulation is about is past then: it has waited for a verdict, or for the shard to come back. */
const notificationFreshMs = 20_000;

export function createFollowUps(
  context: Context,
  shed: ShedLog,
  { createOutbox, createWriteBehind }: Pick<Parts, 'createOutbox' | 'createWriteBehind'>,
): FollowUps {
  const { telemetry, settings, clock } = context;
  const { gate, storage, cases, leaderboard, rewards, push, effects, moderation } = context.outside;
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

  const rows = createWriteBehind<PlayerState>(async (changed) => {
    await storage.saveNewer({ rows: [...changed] }, { timeoutMs: vitalTimeoutMs });
    gate.stored(changed);
  });
  const scores = createWriteBehind<Score>((changed) =>
    leaderboard.submit({ scores: [...changed] }, { timeoutMs: vitalTimeoutMs }),
  );
  const suspicions = createOutbox<Suspicion>(
    (suspicion) => hooks.emit('suspicion.raised', suspicion, { lane: 'anti-cheat' }).admitted,
    draw,
  );
  const judged = createOutbox<Case>(
    (verdict) => hooks.emit('case.judged', verdict, { lane: 'anti-cheat' }).admitted,
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
    // Kept first: whoever comes back after a crash has to know whose gains are held.
    await cases.keep({ ...suspicion, standing: 'open' }, { timeoutMs: vitalTimeoutMs });
    await moderation.report(suspicion, { timeoutMs: vitalTimeoutMs });
    suspicions.done(suspicion.playerId);
  });
  registry.hook('case.judged', async (verdict) => {
    await cases.keep(verdict, { timeoutMs: vitalTimeoutMs });
    judged.done(verdict.playerId);
  });
  registry.hook('reward.due', async ({ id, coins, done }) => {
    if (!grants.has(id)) return;
    // The key makes a repetition harmless, so that an answer that was lost can simply be asked again.
    await rewards.grant({ rewardId: id, coins, idempotencyKey: id }, { timeoutMs: vitalTimeoutMs });
    grants.done(id);
    done();
  });
  registry.hook('notification.due', async ({ id, text, done }, { signal }) => {
    await breakers.execute(
      'push',
      (call) =>
        push.send({ notificationId: id, text }, { timeoutMs: pushTimeoutMs, signal: call.signal }),
      signal,
    );
    done();
  });
  registry.hook('effect.due', async ({ id, done }) => {
    await effects.play({ effectId: id }, { timeoutMs: effectTimeoutMs });
    done();
  });

  /** Whatever was not done comes here: vital work goes on its way again, the rest is given up. */
  function undone(letter: DeadLetter<keyof FollowUpEvents, unknown, Lane>): void {
    if (letter.error !== undefined) telemetry.failed(letter.error);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event says what its data is
    const { event, data } = letter as Letter;
    switch (event) {
      case 'suspicion.raised':
        return suspicions.failed(data.playerId);
      case 'case.judged':
        return judged.failed(data.playerId);
      case 'reward.due':
        return grants.failed(data.id);
      case 'score.removed':
        return removals.failed(data);
      case 'notification.due':
        return shed.add('notifications', data.id, reasonOf(letter), data.done);
      case 'effect.due':
        return shed.add('cosmetics', data.id, reasonOf(letter), data.done);
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
    rows.pending + scores.pending + suspicions.size + judged.size + grants.size + removals.size;

  return {
    stateSettled: (state) => rows.put(state.playerId, state),
    scoreChanged: ({ playerId, score, sequence }, done) =>
      scores.put(playerId, { playerId, score, version: sequence }, done),
    playerBanned(playerId) {
      for (const { done } of grants.drop((reward) => reward.playerId === playerId)) done();
      scores.remove(playerId);
      removals.add(playerId, playerId);
    },
    suspicionRaised: (suspicion) => suspicions.add(suspicion.playerId, suspicion),
    caseJudged: (verdict) => judged.add(verdict.playerId, verdict),
    rewardDue({ playerId }, achievement, done) {
      const id = rewardId(playerId, achievement);
      grants.add(id, { id, playerId, coins: achievement.coins, done });
    },
    notificationDue(profile, achievement, deedAtMs, done) {
      const id = rewardId(profile.playerId, achievement);
      const freshMs = deedAtMs + notificationFreshMs - clock.elapsedMs();
      if (freshMs <= 0) {
        shed.add('notifications', id, 'too late', done);
        return;
      }
      const text = congratulate(profile, achievement);
      const { admitted } = hooks.emit(
        'notification.due',
        { id, text, done },
        { lane: 'notifications', timeoutMs: Math.min(notificationUsefulMs, freshMs) },
      );
      if (!admitted) shed.add('notifications', id, 'no room', done);
    },
    effectDue(id, deedAtMs, done) {
      const timeoutMs = deedAtMs + effectUsefulMs - clock.elapsedMs();
      if (timeoutMs <= 0) {
        shed.add('cosmetics', id, 'too late', done);
        return;
      }
      const { admitted } = hooks.emit('effect.due', { id, done }, { lane: 'cosmetics', timeoutMs });
      if (!admitted) shed.add('cosmetics', id, 'no room', done);
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
