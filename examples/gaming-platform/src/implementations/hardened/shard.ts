import { sleep } from '@firedrill/core/resilience';
import {
  achievementsBetween,
  effectId,
  hasEffect,
  type Input,
  type Profile,
} from '../../domain.ts';
import type { Services } from '../../services.ts';
import type { Context } from '../../system.ts';
import { type Change, createArena } from '../arena.ts';
import { startTicks } from '../tick-loop.ts';
import { createAntiCheat } from './anti-cheat.ts';
import type { FollowUps } from './follow-ups.ts';
import { createInterest } from './interest.ts';
import { createSuspects } from './suspects.ts';

/** Time limit of loading a player, and how often it is tried. */
const loadTimeoutMs = 200;
const loadAttempts = 5;

/**
 * The shard: a tick examines what has arrived, applies what may be, and tells those who are near. It
 * waits for nobody; what follows from it is handed to the follow-ups.
 */
export function createShard(context: Context, services: Services, followUps: FollowUps) {
  const { gate, storage } = services;
  const arena = createArena(services);
  const interest = createInterest(services, context.settings.interestM);
  const antiCheat = createAntiCheat(context, services);
  const ticks = startTicks(context, services, tick);
  const suspects = createSuspects(services, followUps, (playerId) => {
    gate.kick(playerId);
    followUps.scoreRemoved(playerId);
    void ticks.inNextTick(() => leave(playerId));
  });

  function tick(): void {
    for (const input of gate.take()) act(input);
    gate.flush();
  }

  function act(input: Input): void {
    const { playerId } = input;
    if (!arena.has(playerId)) return;
    const { offence, suspicion } = antiCheat.examine(input);
    if (suspicion !== undefined) suspects.suspect(suspicion);
    if (offence !== undefined) {
      gate.acknowledge(input, 'refused');
      return;
    }
    const change = arena.apply(input);
    if (change !== undefined) applied(change);
  }

  function applied(change: Change): void {
    const { profile, input, before, after } = change;
    const { type } = input.action;
    followUps.stateChanged(after);
    if (type === 'move') interest.moved(after);
    else if (type === 'attack') interest.acted(after);
    else if (type === 'leave') leave(profile.playerId);
    if (hasEffect(input, before, after)) followUps.effectDue(effectId(input));
    if (after.defeats > before.defeats) gained(change);
  }

  function gained({ profile, before, after }: Change): void {
    const { playerId } = profile;
    suspects.gain(playerId, () => followUps.scoreChanged(after));
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      suspects.gain(playerId, () => {
        followUps.rewardDue(profile, achievement);
        followUps.notificationDue(profile, achievement);
      });
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

  return {
    async join(profile: Profile): Promise<void> {
      const { row } = await load(profile.playerId);
      await ticks.inNextTick(() => {
        if (arena.has(profile.playerId)) return;
        interest.enter(arena.enter(profile, row).state);
      });
    },
    /** Maintenance: the last inputs are waited for and applied, and the last verdicts heard. */
    async close(): Promise<void> {
      await gate.close();
      while (suspects.held > 0) await sleep(context.settings.tickMs);
      await ticks.stop();
    },
  };
}
