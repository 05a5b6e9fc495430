import { sleep } from '@firedrill/core/resilience';
import {
  achievementsBetween,
  effectId,
  hasEffect,
  type Profile,
  type ReceivedInput,
} from '../../domain.ts';
import { hasLink } from '../../domain/packets.ts';
import type { Context } from '../../system.ts';
import { type Change, createArena } from '../shard/arena.ts';
import { startTicks } from '../shard/tick-loop.ts';
import type { FollowUps } from './follow-ups.ts';
import type { Parts } from './game.ts';
import { persistently } from './persistently.ts';
import type { Replication } from './replication.ts';
import type { Step } from './settling.ts';

/** Time limit of loading a player, and how often it is tried. */
const loadTimeoutMs = 200;
const loadAttempts = 5;
/** By then what was sent before a crash has taken effect or never will, in ms. */
const lookAgainMs = 60_000;

/**
 * The shard: a tick examines what has arrived, applies what may be, and tells those who are near. It
 * waits for nobody; what follows from it is handed to the follow-ups. One that comes back after a crash
 * ticks at once: each player goes on as soon as his stored row is known, with the inputs that came after
 * it. What it gives waits for the cases of the moderators.
 */
export function createShard(context: Context, followUps: FollowUps, parts: Parts) {
  const { gate, storage, cases } = context.outside;
  const arena = createArena(context.outside);
  const { settings } = context;
  const replication = hasLink(settings) ? parts.createReplication(context, parts) : undefined;
  const interest = replication ?? parts.createInterest(context.outside, settings.interestM);
  const antiCheat = parts.createAntiCheat(context);
  const ticks = startTicks(context, tick);
  const settling = parts.createSettling((state) => followUps.stateSettled(state));
  const suspects = parts.createSuspects(context, followUps, (playerId) => {
    gate.kick(playerId);
    followUps.playerBanned(playerId);
    void ticks.inNextTick(() => leave(playerId));
  });

  /** Inputs of those whose row is not known yet, since this process has begun. */
  const parked = new Map<string, ReceivedInput[]>();
  const resuming = resume();
  const learning = learnCases();
  let lookingAgain: Promise<void> | undefined;
  const later = setTimeout(() => void lookAgain(), lookAgainMs);

  function tick(): void {
    replication?.listen();
    for (const input of gate.take()) {
      const earlier = parked.get(input.playerId);
      if (earlier === undefined) act(input);
      else earlier.push(input);
    }
    replication?.flush();
    gate.flush();
  }

  function act(input: ReceivedInput): void {
    const { playerId, sequence } = input;
    const state = arena.get(playerId)?.state;
    if (state === undefined) return;
    if (sequence <= state.sequence) {
      // Part of the row with which a shard came back; of a farewell the row says nothing.
      if (input.action.type === 'leave') leave(playerId);
      return;
    }
    const { offence, suspicion } = antiCheat.examine(input);
    if (suspicion !== undefined) suspects.suspect(suspicion);
    if (offence !== undefined) {
      gate.acknowledge(input, 'refused');
      return;
    }
    const change = arena.apply(input);
    if (change !== undefined) applied(change, input.receivedAtMs);
  }

  function applied(change: Change, receivedAtMs: number): void {
    const { profile, input, before, after } = change;
    const { type } = input.action;
    const step = settling.begin(after);
    if (type === 'move') interest.moved(after);
    else if (type === 'attack') interest.acted(after);
    else if (type === 'leave') leave(profile.playerId);
    if (hasEffect(input, before, after)) {
      followUps.effectDue(effectId(input), receivedAtMs, step.follow());
    }
    if (after.defeats > before.defeats) gained(change, receivedAtMs, step);
    step.done();
  }

  function gained({ profile, before, after }: Change, receivedAtMs: number, step: Step): void {
    const { playerId } = profile;
    const scored = step.follow();
    suspects.gain(playerId, () => followUps.scoreChanged(after, scored), scored);
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      const [rewarded, notified] = [step.follow(), step.follow()];
      const give = (): void => {
        followUps.rewardDue(profile, achievement, rewarded);
        followUps.notificationDue(profile, achievement, receivedAtMs, notified);
      };
      const drop = (): void => {
        rewarded();
        notified();
      };
      suspects.gain(playerId, give, drop);
    }
  }

  function leave(playerId: string): void {
    interest.leave(playerId);
    arena.leave(playerId);
    antiCheat.forget(playerId);
  }

  async function load(playerId: string) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await storage.load({ playerId }, { timeoutMs: loadTimeoutMs });
      } catch (error) {
        if (attempt === loadAttempts) throw error;
      }
    }
  }

  /** Begins where the process before this one has ended; the first one has nothing to take up. */
  async function resume(): Promise<void> {
    const present = gate.present();
    gate.keep();
    for (const { playerId } of present) parked.set(playerId, []);
    await Promise.all(present.map(resumePlayer));
  }

  async function resumePlayer(profile: Profile): Promise<void> {
    const { playerId } = profile;
    const { row } = await persistently(() => load(playerId));
    await ticks.inNextTick(() => {
      interest.enter(arena.enter(profile, row).state);
      const waited = parked.get(playerId) ?? [];
      parked.delete(playerId);
      for (const input of waited) act(input);
    });
  }

  /** Nobody waits for these: who may gain nothing is known later. */
  async function learnCases(): Promise<void> {
    const known = await persistently(() => cases.all({}, { timeoutMs: loadTimeoutMs }));
    await resuming;
    await ticks.inNextTick(() => suspects.resume(known.cases));
  }

  /** What the process before this one had sent may take effect after this one has looked: once more, later. */
  async function lookAgain(): Promise<void> {
    clearTimeout(later);
    if (context.process.start > 1) await (lookingAgain ??= learnCases());
  }

  const has = (playerId: string): boolean => arena.has(playerId) || parked.has(playerId);

  /** Until every phone has what the last inputs have changed. */
  async function settled(told: Replication): Promise<void> {
    while (gate.hasInputs() || told.hasOpen()) await sleep(context.settings.tickMs);
  }

  return {
    async join(profile: Profile): Promise<void> {
      if (has(profile.playerId)) return;
      const { row } = await load(profile.playerId);
      await ticks.inNextTick(() => {
        // Whoever asked twice has two rows under way.
        if (arena.has(profile.playerId)) return;
        interest.enter(arena.enter(profile, row).state);
      });
    },
    /** Maintenance: the last inputs are waited for and applied, and the last verdicts heard. */
    async close(): Promise<void> {
      await learning;
      await lookAgain();
      await gate.close();
      // The last inputs may make a suspect, too.
      while (gate.hasInputs() || suspects.held > 0) await sleep(context.settings.tickMs);
      if (replication !== undefined) await settled(replication);
      await ticks.stop();
      suspects.close();
    },
    has,
    /** Players who are in, those among them whose row is not known yet. */
    get inside() {
      return arena.size + parked.size;
    },
    /** States that wait for what follows from them. */
    get unsettled() {
      return settling.size;
    },
  };
}
