import { createRandom } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import { newcomer, type PlayerState } from '../src/domain.ts';
import { type Acknowledgement, oldestBaselineTicks, tickOf } from '../src/domain/packets.ts';
import { hardenedParts } from '../src/implementations/hardened/game.ts';
import { createPhone, createReceipts } from '../src/world/phone.ts';
import type { View } from '../src/world/views.ts';
import { contextWithLink } from './alone.ts';

const interestM = 10;

/** What goes over the link, and when it arrives, in ticks. */
interface Transit {
  readonly atTick: number;
  readonly arrive: () => void;
}

/** A player who watches, and what his phone had to show at the end of each tick. */
interface Watcher {
  readonly players: View['players'];
  readonly receipts: ReturnType<typeof createReceipts>;
  readonly phone: ReturnType<typeof createPhone>;
  readonly scenes: Map<number, string>;
  newest: number;
  /** He is in a tunnel until then. */
  silentUntil: number;
}

/** A shard whose players all watch, over a link of which `fate` says how many ticks something takes; none is lost. */
function shardOver(fate: () => number | undefined, crowd: boolean) {
  const watchers = new Map<string, Watcher>();
  const there = new Map<string, PlayerState>();
  let underWay: Transit[] = [];
  let heard: Acknowledgement[] = [];
  let tick = 1;
  let packets = 0;
  const bytes: number[] = [];

  function setOut(of: Watcher, arrive: () => void): void {
    const ticks = fate();
    if (ticks !== undefined && of.silentUntil <= tick) {
      underWay.push({ atTick: tick + ticks, arrive });
    }
  }

  function receive(playerId: string, packet: Uint8Array): void {
    const watcher = watchers.get(playerId);
    if (watcher === undefined) return;
    const sentIn = tickOf(packet);
    const isNewest = sentIn > watcher.newest;
    const isRead = watcher.phone.receive(packet);
    if (isNewest) {
      expect(isRead, `the packet of ${sentIn} has all that it builds on`).toBe(true);
      watcher.newest = sentIn;
      if (!crowd) expect(shownOn(watcher)).toBe(watcher.scenes.get(sentIn));
    }
    if (!isRead) return;
    watcher.receipts.add(sentIn);
    const acknowledgement = { playerId, ...watcher.receipts.last() };
    setOut(watcher, () => heard.push(acknowledgement));
  }

  const link = {
    connect(playerId: string) {
      const players: View['players'] = new Map();
      watchers.set(playerId, {
        players,
        receipts: createReceipts(),
        phone: createPhone({ players }),
        scenes: new Map(),
        newest: 0,
        silentUntil: 0,
      });
    },
    disconnect: (playerId: string) => watchers.delete(playerId),
    send(playerId: string, packet: Uint8Array) {
      packets += 1;
      bytes.push(packet.length);
      const watcher = watchers.get(playerId);
      if (watcher !== undefined) setOut(watcher, () => receive(playerId, packet));
    },
    take() {
      const taken = heard;
      heard = [];
      return taken;
    },
  };
  const context = contextWithLink(link, { interestM, crowd });
  const replication = hardenedParts.createReplication(context, hardenedParts);

  const nearOf = (own: PlayerState): string =>
    [...there.values()]
      .filter(({ playerId }) => playerId !== own.playerId)
      .filter(({ x, y }) => (x - own.x) ** 2 + (y - own.y) ** 2 <= interestM ** 2)
      .map(({ playerId, x, y, sequence }) => `${playerId} at ${x} ${y} after ${sequence}`)
      .toSorted()
      .join();
  const shownOn = ({ players }: Watcher): string =>
    [...players]
      .map(([playerId, { x, y, sequence }]) => `${playerId} at ${x} ${y} after ${sequence}`)
      .toSorted()
      .join();

  return {
    replication,
    there,
    watchers,
    bytes,
    tick() {
      replication.listen();
      for (const [playerId, { scenes }] of watchers) {
        const own = there.get(playerId);
        if (own !== undefined) scenes.set(tick, nearOf(own));
      }
      replication.flush();
      tick += 1;
      const due = underWay.filter(({ atTick }) => atTick <= tick);
      underWay = underWay.filter(({ atTick }) => atTick > tick);
      for (const { arrive } of due) arrive();
    },
    silence(playerId: string, ticks: number) {
      const watcher = watchers.get(playerId);
      if (watcher !== undefined) watcher.silentUntil = tick + ticks;
    },
    /** Those on whose screens something is wrong by now. */
    wrong: (): readonly string[] =>
      [...watchers].flatMap(([playerId, watcher]) => {
        const own = there.get(playerId);
        return own !== undefined && shownOn(watcher) === nearOf(own) ? [] : [playerId];
      }),
    takePackets() {
      const sent = packets;
      packets = 0;
      return sent;
    },
  };
}

type Shard = ReturnType<typeof shardOver>;

/** Somebody comes, goes, walks or strikes. */
function happens({ replication, there }: Shard, seed: number) {
  const random = createRandom(seed, 'players');
  let newest = 0;
  return (most: number): void => {
    const player = [...there.values()][random.integer(0, most - 1)];
    const what = random.next();
    if (player === undefined) {
      newest += 1;
      const spawn = { x: random.integer(0, 20), y: random.integer(0, 20) };
      const state = newcomer({ playerId: `player-${newest}`, name: '', spawn });
      there.set(state.playerId, state);
      replication.enter(state);
    } else if (what < 0.05) {
      there.delete(player.playerId);
      replication.leave(player.playerId);
    } else {
      const [x, y] = what < 0.3 ? [0, 0] : [random.integer(-5, 5), random.integer(-5, 5)];
      const sequence = player.sequence + 1;
      const state = { ...player, x: player.x + x, y: player.y + y, sequence };
      there.set(state.playerId, state);
      if (what < 0.3) replication.acted(state);
      else replication.moved(state);
    }
  };
}

test.each([1, 2, 3])(
  'whatever is lost, late or overtaken, a phone shows the tick of its newest packet (%i)',
  (seed) => {
    const random = createRandom(seed, 'link');
    let isGood = false;
    const fate = (): number | undefined => {
      if (isGood) return 1;
      return random.chance(0.35) ? undefined : random.integer(1, random.chance(0.2) ? 12 : 2);
    };
    const shard = shardOver(fate, false);
    const act = happens(shard, seed);
    for (let tick = 1; tick <= 500; tick += 1) {
      if (random.chance(0.5)) act(7);
      if (tick % 150 === 0) {
        const [someone = ''] = shard.watchers.keys();
        shard.silence(someone, oldestBaselineTicks + 20);
      }
      shard.tick();
    }
    isGood = true;
    const settling = oldestBaselineTicks + 40;
    for (let tick = 1; tick <= settling; tick += 1) shard.tick();
    expect(shard.wrong()).toEqual([]);
    expect(shard.replication.hasOpen()).toBe(false);
    shard.takePackets();
    shard.tick();
    expect(shard.takePackets()).toBe(0);
  },
);

test('as long as one phone does not have everything, there is something open', () => {
  const shard = shardOver(() => 1, false);
  const someone = 'player-1';
  for (const playerId of [someone, 'player-2', 'player-3']) {
    const state = newcomer({ playerId, name: '', spawn: { x: 1, y: 1 } });
    shard.there.set(playerId, state);
    shard.replication.enter(state);
  }
  for (let tick = 1; tick <= 4; tick += 1) shard.tick();
  expect(shard.replication.hasOpen()).toBe(false);
  shard.silence(someone, 20);
  for (const [playerId, state] of shard.there) {
    const moved = { ...state, x: state.x + 1, sequence: state.sequence + 1 };
    shard.there.set(playerId, moved);
    shard.replication.moved(moved);
  }
  for (let tick = 1; tick <= 10; tick += 1) shard.tick();
  expect(shard.wrong()).toEqual([someone]);
  expect(shard.replication.hasOpen()).toBe(true);
  for (let tick = 1; tick <= 20; tick += 1) shard.tick();
  expect(shard.wrong()).toEqual([]);
  expect(shard.replication.hasOpen()).toBe(false);
});

test.each([1, 2])(
  'in a crowd no packet is too long, and everybody is told of soon (%i)',
  (seed) => {
    const random = createRandom(seed, 'link');
    const shard = shardOver(() => (random.chance(0.1) ? undefined : 2), true);
    const act = happens(shard, seed);
    for (let tick = 1; tick <= 150; tick += 1) {
      act(25);
      shard.tick();
    }
    // One or two of two dozen in each packet, each of which may get lost.
    for (let tick = 1; tick <= 60; tick += 1) shard.tick();
    expect(shard.wrong()).toEqual([]);
    expect(shard.replication.hasOpen()).toBe(false);
    expect(Math.max(...shard.bytes)).toBeLessThanOrEqual(hardenedParts.payloadBytes);
  },
);

/** What one viewer is told in a crowd, packet by packet, while nothing is acknowledged. */
function toldInACrowd(distances: readonly number[], ticks: number): readonly string[] {
  const told: string[] = [];
  const view: View['players'] = new Map();
  const phone = createPhone({ players: view });
  const link = {
    take: () => [],
    send(playerId: string, packet: Uint8Array) {
      if (playerId !== 'viewer') return;
      view.clear();
      phone.receive(packet);
      told.push([...view.keys()].join(' '));
    },
  };
  const context = contextWithLink(link, { interestM, crowd: true });
  // A newcomer takes 12 bytes: there is room for one.
  const parts = { ...hardenedParts, payloadBytes: 20 };
  const replication = hardenedParts.createReplication(context, parts);
  replication.enter(newcomer({ playerId: 'viewer', name: '', spawn: { x: 0, y: 0 } }));
  for (const [index, distanceM] of distances.entries()) {
    const spawn = index % 2 === 0 ? { x: 0, y: -distanceM } : { x: distanceM, y: 0 };
    replication.enter(newcomer({ playerId: `at-${distanceM}`, name: '', spawn }));
  }
  for (let tick = 1; tick <= ticks; tick += 1) replication.flush();
  return told;
}

test('in a crowd the nearest are told of first, and what is under way goes behind all who wait', () => {
  expect(toldInACrowd([8, 2, 5], 3)).toEqual(['at-2', 'at-5', 'at-8']);
});

test('in a crowd whoever was told of in a packet that is lost has his turn again', () => {
  const told = toldInACrowd([8, 2, 5], 20);
  for (const neighbour of ['at-2', 'at-5', 'at-8']) {
    expect(told.filter((each) => each === neighbour).length).toBeGreaterThan(1);
  }
});

test('the nearer somebody is the sooner his turn comes, and nobody waits many times longer', () => {
  const weights = [0, 0.25, 0.5, 0.75, 1].map((nearness) => hardenedParts.weightOf(nearness));
  expect(weights).toEqual(weights.toSorted((a, b) => a - b));
  const [farthest = 0, nearest = 0] = [weights[0], weights.at(-1)];
  expect(farthest).toBeGreaterThan(0);
  expect(nearest).toBeGreaterThan(farthest);
  expect(nearest).toBeLessThanOrEqual(3 * farthest);
});
