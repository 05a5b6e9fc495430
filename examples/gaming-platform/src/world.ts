import type { WorldContext } from '@firedrill/core/scenario';
import type { ReceivedInput } from './domain.ts';
import { measures } from './measurements.ts';
import type { Deeds } from './truth.ts';
import { createLine } from './truth/line.ts';
import { hasLink } from './domain/packets.ts';
import { eventPlayers, type Settings } from './settings.ts';
import type { Game } from './types.ts';
import { createCpu } from './world/cpu.ts';
import { createCrowd } from './world/crowd.ts';
import { createGate, type Gate } from './world/gate.ts';
import { createLoginDatabase } from './world/login-database.ts';
import { createLink } from './world/link.ts';
import { createPlayer, type Player } from './world/players.ts';
import { createViews } from './world/views.ts';

/** Everything round the shard that is no service: players, their network, the gate, the processor. */
export function createWorld(context: WorldContext<Game>, deeds: Deeds) {
  const { meter, settings, random, network } = context;
  const players = random('players');
  const views = createViews();
  const cpu = createCpu(context);
  const inbox: ReceivedInput[] = [];
  const crowd = createCrowd(context, {
    onInput(player, input) {
      deeds.acted(player, input);
      if (input.action.type === 'leave') views.forget(input.playerId);
    },
    onArrival(input) {
      deeds.arrived(input);
      inbox.push({ ...input, receivedAtMs: context.elapsedMs() });
    },
  });
  const logins = createLoginDatabase(context, (playerId) => line.loggedIn(playerId));
  const line = createLine(context, { carried: logins.carried, inside: () => crowd.online });
  const link = createLink(context, { cpu, views, screens: deeds.screens });
  const gate = createGate(context, { cpu, crowd, truth: deeds, views, inbox });

  meter.gauge(measures.players, () => crowd.online);
  meter.gauge(measures.playersLost, () => crowd.lost);
  meter.gauge(measures.inputsWaiting, () => inbox.length);
  meter.gauge(measures.pushesInFlight, () => network.stats().get('push')?.inFlight ?? 0);

  return {
    views,
    cpu,
    crowd,
    /**
     * The gate, as a process holds it. One that comes back knows nobody: what screens still show is of the one
     * before, and nobody is there who could tell them more. Over a link, each connection begins anew by itself.
     */
    openGate(start: number): Gate {
      if (start > 1 && !hasLink(settings)) views.clear();
      return gate;
    },
    link,
    logins: logins.database,
    line,
    createPlayer: (number: number): Player => {
      const player = createPlayer(number, players.fork(String(number)), settings);
      if (hasLink(settings)) link.know(player);
      return player;
    },
    enter(player: Player): void {
      deeds.entered(player);
      crowd.enter(player);
      if (settings.loginQueue) line.entered(player.profile.playerId);
    },
  };
}

/** Of those who are on the shard at the height of the event, so many are observers. */
const observersAtOnce = 6;
/** Where so few are on the shard, hardly anybody is near an observer, and more of them are asked. */
const fewPlayers = 300;
const observersOfFew = 20;
/** Over a link that loses packets, what each of them shows is looked at with every packet. */
const observersOfPackets = 30;
/** In a crowd each of them sees twenty times as many. */
const observersOfCrowds = 6;

/** Whether what this player is told is kept. */
export function isObserver({ cheat, profile }: Player, settings: Settings): boolean {
  const observers = settings.crowd
    ? observersOfCrowds
    : settings.lossyLink
      ? observersOfPackets
      : eventPlayers(settings) < fewPlayers
        ? observersOfFew
        : observersAtOnce;
  const playersPerObserver = Math.ceil(eventPlayers(settings) / observers);
  return cheat === undefined && Number(profile.playerId.split('-')[1]) % playersPerObserver === 0;
}
