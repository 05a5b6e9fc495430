import type { PhaseContext } from '@firedrill/core/scenario';
import { createCpu } from './cpu.ts';
import { createCrowd, type Crowd } from './crowd.ts';
import type { Input } from './domain.ts';
import { createGate } from './gate.ts';
import { createPlayer, type Player } from './players.ts';
import { createServices, type Services } from './services.ts';
import type { Settings } from './settings.ts';
import type { GameSystem } from './system.ts';
import { createTruth, type Truth } from './truth.ts';
import { createViews, type Views } from './views.ts';

/** Everything round the system: players, network and services, and what is measured of them. */
export interface World {
  readonly services: Services;
  readonly truth: Truth;
  readonly views: Views;
  readonly crowd: Crowd;
  /** Draws the player with this number, from 1. */
  createPlayer(number: number): Player;
  /** The player has got in: from now on he plays. */
  enter(player: Player): void;
  /** Adds the gauges of a system to those of the world. */
  measure(system: GameSystem): void;
}

/** One honest player in so many is an observer. */
const playersPerObserver = 250;

export function createWorld(context: PhaseContext<Settings>): World {
  const { meter, settings, random } = context;
  const players = random('players');
  const truth = createTruth(context);
  const views = createViews();
  const cpu = createCpu(context);
  const inbox: Input[] = [];
  const crowd = createCrowd(context, {
    onInput(player, input) {
      truth.acted(player, input);
      if (input.action.type === 'leave') views.forget(input.playerId);
    },
    onArrival: (input) => inbox.push(input),
  });
  const gate = createGate(context, { cpu, crowd, truth, views, inbox });
  const services = createServices(context, { cpu, gate, truth });

  meter.gauge('players', () => crowd.online);
  meter.gauge('playersLost', () => crowd.lost);
  meter.gauge('inputsWaiting', () => gate.waiting);
  meter.gauge('pushesInFlight', () => context.network.stats().get('push')?.inFlight ?? 0);

  return {
    services,
    truth,
    views,
    crowd,
    createPlayer: (number) => createPlayer(number, players.fork(String(number)), settings),
    enter(player) {
      truth.entered(player);
      crowd.enter(player);
    },
    measure(system) {
      meter.gauge('backlog', () => system.backlog?.() ?? 0);
      meter.gauge('shedCosmetics', () => system.shed?.counts().cosmetics ?? 0);
      meter.gauge('shedNotifications', () => system.shed?.counts().notifications ?? 0);
      meter.gauge('breakersOpen', () => system.breakers?.().open ?? 0);
      meter.gauge('breakersHalfOpen', () => system.breakers?.().halfOpen ?? 0);
      meter.gauge('leftBehind', () => system.leftBehind?.() ?? 0);
    },
  };
}

/** Whether what this player is told is kept. */
export const isObserver = ({ cheat, profile }: Player): boolean =>
  cheat === undefined && Number(profile.playerId.split('-')[1]) % playersPerObserver === 0;
