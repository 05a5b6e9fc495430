import { expect, test } from 'vitest';
import { newcomer, type PlayerState } from '../src/domain.ts';
import { type Acknowledgement, tickOf } from '../src/domain/packets.ts';
import { hardenedParts } from '../src/implementations/hardened/game.ts';
import { createPhone } from '../src/world/phone.ts';
import type { View } from '../src/world/views.ts';
import { contextWithLink } from './alone.ts';

const stateAt = (playerId: string, x: number): PlayerState =>
  newcomer({ playerId, name: playerId, spawn: { x, y: 0 } });

/** The replication of a shard, and the packets to one viewer, each of which comes or is lost. */
function replicationTo(viewerId: string) {
  const players: View['players'] = new Map();
  const phone = createPhone({ players });
  let sent: Uint8Array | undefined;
  let heard: Acknowledgement[] = [];
  const link = {
    send(playerId: string, packet: Uint8Array) {
      if (playerId === viewerId) sent = packet;
    },
    take() {
      const taken = heard;
      heard = [];
      return taken;
    },
  };
  const context = contextWithLink(link, { interestM: 30, crowd: true });
  const replication = hardenedParts.createReplication(context, hardenedParts);
  return {
    replication,
    /** Ends a tick, and hands the packet to the phone unless it is lost; gives back its number. */
    tick: (fate: 'comes' | 'is lost'): number => {
      replication.flush();
      if (sent === undefined) throw new Error('Nothing was sent.');
      if (fate === 'comes') phone.receive(sent);
      return tickOf(sent);
    },
    acknowledge: (tick: number): void => {
      heard.push({ playerId: viewerId, newest: tick, earlier: 0 });
      replication.listen();
    },
    shown: () => [...players.keys()],
  };
}

test('a farewell that is acknowledged twice forgets nobody who has come back meanwhile', () => {
  const { replication, tick, acknowledge, shown } = replicationTo('walker');
  replication.enter(stateAt('walker', 0));
  replication.enter(stateAt('other', 28));
  acknowledge(tick('comes'));
  expect(shown()).toEqual(['other']);

  replication.moved(stateAt('walker', -4));
  const farewells = [tick('comes'), tick('comes')] as const;
  acknowledge(farewells[0]);
  replication.moved(stateAt('walker', 0));
  tick('is lost');
  acknowledge(farewells[1]);
  replication.moved(stateAt('walker', -4));
  acknowledge(tick('comes'));
  expect(shown()).toEqual([]);
});

test('what was said before somebody went is nothing to build on when he is back', () => {
  const { replication, tick, acknowledge, shown } = replicationTo('walker');
  replication.enter(stateAt('walker', 0));
  replication.enter(stateAt('other', 28));
  const early = tick('comes');
  replication.moved(stateAt('walker', -4));
  tick('comes');
  expect(shown()).toEqual([]);
  replication.moved(stateAt('walker', 0));
  acknowledge(early);
  tick('comes');
  expect(shown()).toEqual(['other']);
});
