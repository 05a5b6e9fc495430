import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import { achievements, newcomer, type PlayerState, type Profile } from '../src/domain.ts';
import type { FollowUps } from '../src/implementations/hardened/follow-ups.ts';
import { createOutbox } from '../src/implementations/hardened/outbox.ts';
import { createShedLog } from '../src/implementations/hardened/shed-log.ts';
import { contextWith, followUpsOf, ignore, inSimulation, noted } from './alone.ts';

const second = 1_000;
const [hunter = { id: '', title: '', defeats: 0, coins: 0 }] = achievements;
const profileOf = (number: number): Profile => ({
  playerId: `player-${number}`,
  name: `Ada ${number}`,
  spawn: { x: 0, y: 0 },
});
const profile = profileOf(1);
const { playerId } = profile;
const suspicion = { playerId, evidence: 'too good' };
const state: PlayerState = { ...newcomer(profile), sequence: 1, score: 10 };

/** What is given up, with the time at which it was told, in s. */
function shedding() {
  const given: string[] = [];
  const beganMs = performance.now();
  return {
    given,
    shed: {
      add(lane: string, id: string, reason: string, told: () => void) {
        const afterS = Math.round((performance.now() - beganMs) / second);
        given.push(`${lane} ${id}: ${reason} after ${afterS} s`);
        told();
      },
      close: async () => {},
    },
  };
}

/** Everything vital, the call that does it, and how it is asked for. */
const vital: Readonly<Record<string, (followUps: FollowUps) => void>> = {
  'storage.saveNewer': (followUps) => followUps.stateSettled(state),
  'leaderboard.submit': (followUps) => followUps.scoreChanged(state, ignore),
  'leaderboard.remove': (followUps) => followUps.playerBanned(playerId),
  'rewards.grant': (followUps) => followUps.rewardDue(profile, hunter, ignore),
  'cases.keep': (followUps) => followUps.caseJudged({ ...suspicion, standing: 'banned' }),
};

test.each(Object.entries(vital))('nobody closes before %s is done', (call, ask) =>
  inSimulation(async () => {
    let isDone = false;
    const { calls, services } = noted([call], async () => {
      // It fails when it has been waited for already, and again after that.
      await sleep(2 * second);
      if (calls.length < 3) throw new Error('not now');
      isDone = true;
    });
    const followUps = followUpsOf(services);
    ask(followUps);
    expect(followUps.vital).toBe(1);
    await sleep(2.5 * second);
    expect(followUps.vital).toBe(1);
    await followUps.close();
    expect(isDone).toBe(true);
    expect(calls).toHaveLength(3);
    expect(followUps.vital).toBe(0);
  }),
);

test.each(Object.entries(vital))('%s is done within two seconds, and once', (call, ask) =>
  inSimulation(async () => {
    const { calls, services } = noted([call]);
    const followUps = followUpsOf(services);
    ask(followUps);
    await sleep(2 * second);
    expect(calls).toEqual([call]);
    await sleep(60 * second);
    expect(calls).toEqual([call]);
    await followUps.close();
  }),
);

test('a player who changes again and again is one row and one line a second, the latest', () =>
  inSimulation(async () => {
    const rows: number[] = [];
    const lines: number[] = [];
    const saveNewer = async (input: { readonly rows: readonly PlayerState[] }) => {
      rows.push(...input.rows.map(({ sequence }) => sequence));
    };
    const submit = async (input: { readonly scores: readonly { readonly version: number }[] }) => {
      lines.push(...input.scores.map(({ version }) => version));
    };
    const followUps = followUpsOf({ storage: { saveNewer }, leaderboard: { submit } });
    let waiting = 0;
    for (let sequence = 1; sequence <= 50; sequence += 1) {
      waiting += 1;
      followUps.stateSettled({ ...state, sequence });
      followUps.scoreChanged({ ...state, sequence }, () => (waiting -= 1));
      await sleep(0.1 * second);
    }
    await followUps.close();
    for (const written of [rows, lines]) {
      expect(written.length).toBeLessThanOrEqual(7);
      expect(written.at(-1)).toBe(50);
      expect(written).toEqual(written.toSorted((one, other) => one - other));
    }
    expect(waiting).toBe(0);
  }));

test('what is asked for again while it is under way is done once', () =>
  inSimulation(async () => {
    const { calls, services } = noted(['cases.keep', 'moderation.report', 'rewards.grant'], () =>
      sleep(second),
    );
    const followUps = followUpsOf(services);
    for (const again of [false, true]) {
      followUps.suspicionRaised({ ...suspicion, evidence: again ? 'again' : 'first' });
      followUps.rewardDue(profile, hunter, ignore);
    }
    await followUps.close();
    expect(calls.toSorted()).toEqual(['cases.keep', 'moderation.report', 'rewards.grant']);
  }));

test('a ban gives up what its player gains, and nothing of anybody else', () =>
  inSimulation(async () => {
    let isDown = true;
    const granted: string[] = [];
    const lines: string[] = [];
    const removed: string[] = [];
    const grant = async ({ rewardId }: { readonly rewardId: string }) => {
      if (isDown) throw new Error('not now');
      granted.push(rewardId);
    };
    const submit = async ({ scores }: { readonly scores: readonly { playerId: string }[] }) => {
      lines.push(...scores.map((score) => score.playerId));
    };
    const remove = async (input: { readonly playerId: string }) => {
      removed.push(input.playerId);
    };
    const followUps = followUpsOf({ rewards: { grant }, leaderboard: { submit, remove } });
    const over: string[] = [];
    for (const each of [1, 2, 3].map(profileOf)) {
      followUps.rewardDue(each, hunter, () => over.push(`reward of ${each.playerId}`));
      const changed = { ...newcomer(each), sequence: 1, score: 10 };
      followUps.scoreChanged(changed, () => over.push(`line of ${each.playerId}`));
    }
    followUps.playerBanned('player-2');
    expect(over.toSorted()).toEqual(['line of player-2', 'reward of player-2']);
    isDown = false;
    await followUps.close();
    expect(granted.toSorted()).toEqual(['player-1/hunter', 'player-3/hunter']);
    expect(lines.toSorted()).toEqual(['player-1', 'player-3']);
    expect(removed).toEqual(['player-2']);
    expect(over).toHaveLength(6);
  }));

/** A provider of pushes and effects that takes a thousand seconds for each call, until `answer` is called. */
function stuck() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ...noted(['push.send', 'effects.play'], () => promise), answer: resolve };
}

test.each([
  // Of no use after 15 s in the queue, and of none 20 s after the deed.
  [0, 'notifications', 15],
  [18, 'notifications', 2],
  [21, 'notifications', 0],
  [0, 'cosmetics', 2],
  [1, 'cosmetics', 1],
  [3, 'cosmetics', 0],
] as const)(
  'what is about a deed of %i s ago waits in %s for %i s, and is given up then',
  (ageS, lane, afterS) =>
    inSimulation(async () => {
      await sleep(60 * second);
      const { given, shed } = shedding();
      const { calls, services, answer } = stuck();
      const followUps = followUpsOf(services, shed);
      // All who are free for it are busy.
      for (let number = 2; number <= 12; number += 1) {
        followUps.notificationDue(profileOf(number), hunter, performance.now(), ignore);
      }
      let isOver = false;
      const over = (): void => {
        isOver = true;
      };
      const deedAtMs = performance.now() - ageS * second;
      if (lane === 'notifications') followUps.notificationDue(profile, hunter, deedAtMs, over);
      else followUps.effectDue('player-1#7', deedAtMs, over);
      await sleep(30 * second);
      const id = lane === 'notifications' ? 'player-1/hunter' : 'player-1#7';
      expect(given).toContain(`${lane} ${id}: too late after ${afterS} s`);
      expect(given.filter((each) => each.includes(id))).toHaveLength(1);
      expect(isOver).toBe(true);
      expect(calls).not.toContain('effects.play');
      answer();
      await followUps.close();
    }),
);

test('what is done is not given up, and what finds no room is told so at once', () =>
  inSimulation(async () => {
    const { given, shed } = shedding();
    const sent: string[] = [];
    const send = async ({ notificationId }: { readonly notificationId: string }) => {
      await sleep(second);
      sent.push(notificationId);
    };
    const followUps = followUpsOf({ push: { send } }, shed);
    const ids: string[] = [];
    for (let number = 1; number <= 60; number += 1) {
      const each = profileOf(number);
      ids.push(`${each.playerId}/${hunter.id}`);
      followUps.notificationDue(each, hunter, performance.now(), ignore);
    }
    await followUps.close();
    const lost = given.map((each) => each.replace(/^notifications (.*): no room after 0 s$/, '$1'));
    expect(lost.length).toBeGreaterThan(0);
    expect(sent.length).toBeGreaterThan(0);
    expect([...sent, ...lost].toSorted()).toEqual(ids.toSorted());
  }));

test('where there is no room, effects go before congratulations', () =>
  inSimulation(async () => {
    const { given, shed } = shedding();
    const { services, answer } = stuck();
    const followUps = followUpsOf(services, shed);
    const congratulate = (number: number): void =>
      followUps.notificationDue(profileOf(number), hunter, performance.now(), ignore);
    for (let number = 1; number <= 11; number += 1) congratulate(number);
    for (let number = 1; number <= 20; number += 1) {
      followUps.effectDue(`player-1#${number}`, performance.now(), ignore);
    }
    for (let number = 12; number <= 16; number += 1) congratulate(number);
    await sleep(1);
    expect(given).toHaveLength(5);
    for (const each of given) expect(each).toMatch(/^cosmetics .*: no room after 0 s$/);
    answer();
    await followUps.close();
    expect(given).toHaveLength(5);
  }));

test('a provider of pushes that is down is hardly called, and said to be the reason', () =>
  inSimulation(async () => {
    const { given, shed } = shedding();
    const { calls, services } = noted(['push.send'], () => {
      throw new Error('down');
    });
    const followUps = followUpsOf(services, shed);
    for (let number = 1; number <= 300; number += 1) {
      followUps.notificationDue(profileOf(number), hunter, performance.now(), ignore);
      await sleep(0.2 * second);
    }
    const { open, halfOpen } = followUps.breakers();
    expect(open + halfOpen).toBe(1);
    expect(given).toHaveLength(300);
    expect(given.every((each) => each.includes('provider down'))).toBe(true);
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.length).toBeLessThan(60);
    await followUps.close();
  }));

test('an item of the outbox is tried ever more seldom, at least every five seconds, until it is done', () =>
  inSimulation(async () => {
    const atMs: number[] = [];
    const beganMs = performance.now();
    const outbox = createOutbox<string>(
      () => {
        atMs.push(performance.now() - beganMs);
        // Half of the times nobody takes it on, and half of the times it fails.
        if (atMs.length % 2 === 0) return false;
        outbox.failed('key');
        return true;
      },
      () => 0.5,
    );
    outbox.add('key', 'item');
    await sleep(120 * second);
    const pauses = atMs.slice(1).map((each, index) => each - (atMs[index] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(200);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * second);
    expect(Math.max(...pauses)).toBeGreaterThan(2 * second);
    outbox.done('key');
    const times = atMs.length;
    await sleep(60 * second);
    expect(atMs).toHaveLength(times);
    expect([outbox.size, outbox.has('key')]).toEqual([0, false]);
  }));

test('the timeline says in sum what was given up since it was last told, and why', () =>
  inSimulation(async () => {
    const said: string[] = [];
    const context = contextWith({ operations: { noteShed: async () => ({ ok: true }) } });
    const log = createShedLog({
      ...context,
      telemetry: { ...context.telemetry, note: ({ text }) => void said.push(text) },
    });
    await sleep(16 * second);
    expect(said).toEqual([]);
    for (let times = 1; times <= 1_200; times += 1) log.add('cosmetics', '', 'no room', ignore);
    log.add('cosmetics', '', 'too late', ignore);
    log.add('notifications', '', 'provider down', ignore);
    await sleep(30 * second);
    log.add('notifications', '', 'too late', ignore);
    await log.close();
    const [first, last] = said.map((text) => text.match(/[\d,]+ \w+ \([a-z ]+\)/g));
    expect(first).toEqual([
      '1,200 effects (no room)',
      '1 effects (too late)',
      '1 notifications (provider down)',
    ]);
    expect(last).toEqual(['1 notifications (too late)']);
    expect(said).toHaveLength(2);
  }));

test('operations is told of what was given up within seconds, and of each piece once', () =>
  inSimulation(async () => {
    const told: string[] = [];
    const noteShed = async ({
      pieces,
    }: {
      readonly pieces: readonly { readonly id: string }[];
    }) => {
      told.push(...pieces.map(({ id }) => id));
    };
    const log = createShedLog(contextWith({ operations: { noteShed } }));
    let known = 0;
    for (const id of ['first', 'second']) log.add('cosmetics', id, 'no room', () => (known += 1));
    await sleep(3 * second);
    expect([known, told]).toEqual([2, ['first', 'second']]);
    await sleep(20 * second);
    await log.close();
    expect([known, told]).toEqual([2, ['first', 'second']]);
  }));

test('whoever closes asks operations once a second until it knows of every piece', () =>
  inSimulation(async () => {
    let calls = 0;
    let known = 0;
    const noteShed = async () => {
      calls += 1;
      if (calls <= 10) throw new Error('not now');
    };
    const log = createShedLog(contextWith({ operations: { noteShed } }));
    log.add('cosmetics', 'first', 'no room', () => (known += 1));
    const beganMs = performance.now();
    await log.close();
    expect([calls, known]).toEqual([11, 1]);
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(5 * second);
  }));
