import { sleep, withPatience } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import {
  achievements,
  newcomer,
  type PlayerState,
  type Profile,
  type ReceivedInput,
} from '../src/domain.ts';
import { createFollowUps, type FollowUps } from '../src/implementations/hardened/follow-ups.ts';
import { hardenedParts, type Parts } from '../src/implementations/hardened/game.ts';
import { createShedLog } from '../src/implementations/hardened/shed-log.ts';
import { createShard } from '../src/implementations/hardened/shard.ts';
import { createSuspects } from '../src/implementations/hardened/suspects.ts';
import { contextWith, followUpsOf, ignore, inSimulation, noted } from './alone.ts';

const second = 1_000;
const profile: Profile = { playerId: 'player-1', name: 'Ada', spawn: { x: 0, y: 0 } };
const { playerId } = profile;
const [hunter = { id: '', title: '', defeats: 0, coins: 0 }] = achievements;
const suspicion = { playerId, evidence: 'too good' };

test('a case is kept before the moderators hear of it, so that a crash between forgets nobody', () =>
  inSimulation(async () => {
    const { calls, services } = noted(['cases.keep', 'moderation.report']);
    const followUps = followUpsOf(services);
    followUps.suspicionRaised(suspicion);
    await followUps.close();
    expect(calls).toEqual(['cases.keep', 'moderation.report']);
  }));

test('a suspicion that the moderators did not take is told again', () =>
  inSimulation(async () => {
    let refusals = 2;
    const { calls, services } = noted(['cases.keep', 'moderation.report'], (call) => {
      if (call !== 'moderation.report' || refusals === 0) return { ok: true };
      refusals -= 1;
      throw new Error('not now');
    });
    const followUps = followUpsOf(services);
    followUps.suspicionRaised(suspicion);
    await followUps.close();
    expect(calls.filter((call) => call === 'moderation.report')).toHaveLength(3);
  }));

test('a ban takes back the rewards that are on their way, and says that they are over', () =>
  inSimulation(async () => {
    const { calls, services } = noted(['rewards.grant', 'leaderboard.remove'], (call) => {
      if (call === 'rewards.grant') throw new Error('not now');
    });
    const followUps = followUpsOf(services);
    let isOver = false;
    followUps.rewardDue(profile, hunter, () => {
      isOver = true;
    });
    await sleep(second);
    followUps.playerBanned(playerId);
    expect(isOver).toBe(true);
    const before = calls.filter((call) => call === 'rewards.grant').length;
    await sleep(60 * second);
    expect(calls.filter((call) => call === 'rewards.grant')).toHaveLength(before);
    expect(calls).toContain('leaderboard.remove');
    await followUps.close();
  }));

test('a reward is tried until it is granted, and always with the same key', () =>
  inSimulation(async () => {
    const keys: string[] = [];
    const grant = async ({ idempotencyKey }: { idempotencyKey: string }) => {
      keys.push(idempotencyKey);
      if (keys.length < 12) throw new Error('not now');
    };
    const followUps = followUpsOf({ rewards: { grant } });
    followUps.rewardDue(profile, hunter, ignore);
    await followUps.close();
    expect(keys).toHaveLength(12);
    expect(new Set(keys).size).toBe(1);
  }));

test('congratulations go out again soon after the provider of pushes is back', () =>
  inSimulation(async () => {
    let isDown = true;
    const { calls, services } = noted(['push.send'], () => {
      if (isDown) throw new Error('down');
    });
    const followUps = followUpsOf(services);
    const congratulate = (): void =>
      followUps.notificationDue(profile, hunter, performance.now(), ignore);
    for (let count = 0; count < 10; count += 1) {
      congratulate();
      await sleep(second / 10);
    }
    isDown = false;
    await sleep(5 * second);
    congratulate();
    await sleep(second);
    const [first] = calls.splice(0);
    expect(first).toBe('push.send');
    congratulate();
    await sleep(second);
    expect(calls).toEqual(['push.send']);
    await followUps.close();
  }));

test('the gate forgets inputs when the row is saved, and not when it is sent', () =>
  inSimulation(async () => {
    const heard: string[] = [];
    let refusals = 2;
    const saveNewer = async ({ rows }: { readonly rows: readonly PlayerState[] }) => {
      heard.push(`save ${rows.map(({ sequence }) => sequence).join()}`);
      await sleep(100);
      if (refusals === 0) return;
      refusals -= 1;
      throw new Error('not now');
    };
    const stored = (rows: readonly PlayerState[]) =>
      heard.push(`stored ${rows.map(({ sequence }) => sequence).join()}`);
    const followUps = followUpsOf({ storage: { saveNewer }, gate: { stored } });
    followUps.stateSettled({ ...newcomer(profile), sequence: 1 });
    await sleep(1.05 * second);
    // While the first is being saved.
    followUps.stateSettled({ ...newcomer(profile), sequence: 2 });
    await followUps.close();
    expect(heard).toEqual(['save 1', 'save 2', 'save 2', 'stored 2']);
  }));

test('what waits for a line hears when it is written, and a line stands for all before it', () =>
  inSimulation(async () => {
    const heard: string[] = [];
    let refusals = 2;
    const submit = async ({ scores }: { readonly scores: readonly { score: number }[] }) => {
      heard.push(`submit ${scores.map(({ score }) => score).join()}`);
      await sleep(100);
      if (refusals === 0) return;
      refusals -= 1;
      throw new Error('not now');
    };
    const followUps = followUpsOf({ leaderboard: { submit } });
    const changed = (sequence: number): void => {
      const state = { ...newcomer(profile), sequence, score: 10 * sequence };
      followUps.scoreChanged(state, () => heard.push(`written ${sequence}`));
    };
    changed(1);
    changed(2);
    // While both are being written for the last time.
    await sleep(3.05 * second);
    changed(3);
    await followUps.close();
    const both = 'submit 20, submit 20, submit 20, written 1, written 2';
    expect(heard.join(', ')).toBe(`${both}, submit 30, written 3`);
  }));

test('a ban that takes a line back says to what waits for it that it is over', () =>
  inSimulation(async () => {
    const { calls, services } = noted(['leaderboard.submit', 'leaderboard.remove']);
    const followUps = followUpsOf(services);
    let isOver = false;
    followUps.scoreChanged({ ...newcomer(profile), sequence: 1, score: 10 }, () => {
      isOver = true;
    });
    followUps.playerBanned(playerId);
    expect(isOver).toBe(true);
    await followUps.close();
    expect(calls).toEqual(['leaderboard.remove']);
  }));

test.each(['case.judged', 'score.removed'] as const)('%s is tried until it is done', (what) =>
  inSimulation(async () => {
    let refusals = 7;
    const call = what === 'case.judged' ? 'cases.keep' : 'leaderboard.remove';
    const { calls, services } = noted([call], () => {
      if (refusals === 0) return;
      refusals -= 1;
      throw new Error('not now');
    });
    const followUps = followUpsOf(services);
    if (what === 'case.judged') followUps.caseJudged({ ...suspicion, standing: 'banned' });
    else followUps.playerBanned(playerId);
    await followUps.close();
    expect(calls).toHaveLength(8);
  }),
);

test('what is too late for anybody is given up at once, and told', () =>
  inSimulation(async () => {
    const given: string[] = [];
    const shed = {
      add: (lane: string, id: string, reason: string, told: () => void) => {
        given.push(`${lane} ${id} ${reason}`);
        told();
      },
      close: async () => {},
    };
    await sleep(60 * second);
    const followUps = createFollowUps(contextWith({}), shed, hardenedParts);
    let done = 0;
    followUps.notificationDue(profile, hunter, 0, () => (done += 1));
    followUps.effectDue('player-1#3', 0, () => (done += 1));
    await followUps.close();
    expect(given).toEqual([
      `notifications ${playerId}/${hunter.id} too late`,
      'cosmetics player-1#3 too late',
    ]);
    expect(done).toBe(2);
  }));

test('operations is told of every piece that was given up, also of those that came meanwhile', () =>
  inSimulation(async () => {
    const told: string[] = [];
    const knows: string[] = [];
    let refusals = 2;
    const noteShed = async ({
      pieces,
    }: {
      readonly pieces: readonly { readonly id: string }[];
    }) => {
      await sleep(200);
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('not now');
      }
      told.push(...pieces.map(({ id }) => id));
    };
    const log = createShedLog(contextWith({ operations: { noteShed } }));
    const add = (id: string): void => log.add('cosmetics', id, 'no room', () => knows.push(id));
    add('first');
    await sleep(1.1 * second);
    add('second');
    await sleep(second);
    add('third');
    await log.close();
    expect(told).toEqual(['first', 'second', 'third']);
    expect(knows).toEqual(told);
  }));

/** Suspects whose verdicts come when the test says so. */
function suspectsWith() {
  const raised: string[] = [];
  const banned: string[] = [];
  let tell: (verdict: { playerId: string; isCheater: boolean }) => void = ignore;
  const onMessage = (handler: typeof tell) => {
    tell = handler;
    return ignore;
  };
  const followUps = {
    suspicionRaised: (each: typeof suspicion) => raised.push(each.playerId),
    caseJudged: ignore,
  };
  const suspects = createSuspects(
    contextWith({ verdicts: { onMessage } }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the follow-ups
    followUps as unknown as FollowUps,
    (id) => banned.push(id),
  );
  return {
    suspects,
    raised,
    banned,
    judge: (isCheater: boolean) => tell({ playerId, isCheater }),
    gain: () => {
      let outcome: 'held' | 'given' | 'dropped' = 'held';
      suspects.gain(
        playerId,
        () => (outcome = 'given'),
        () => (outcome = 'dropped'),
      );
      return () => outcome;
    },
  };
}

test('a verdict that does not come is asked for again, until it does', () =>
  inSimulation(async () => {
    const { suspects, raised, judge, gain } = suspectsWith();
    suspects.resume([]);
    suspects.suspect(suspicion);
    const held = gain();
    await sleep(50 * second);
    expect(raised).toEqual([playerId, playerId]);
    expect(held()).toBe('held');
    judge(false);
    expect(held()).toBe('given');
    await sleep(120 * second);
    expect(raised).toHaveLength(2);
    suspects.close();
  }));

test.each([
  ['open', 'held', 1],
  ['banned', 'dropped', 0],
  ['cleared', 'given', 0],
] as const)('after a crash a case that is %s has what is gained %s', (standing, outcome, asked) =>
  inSimulation(async () => {
    const { suspects, raised, banned, gain } = suspectsWith();
    const early = gain();
    expect(early()).toBe('held');
    suspects.resume([{ ...suspicion, standing }]);
    expect([early(), gain()()]).toEqual([outcome, outcome]);
    expect(raised).toHaveLength(asked);
    expect(banned).toHaveLength(standing === 'banned' ? 1 : 0);
    suspects.close();
  }),
);

test('after a crash a suspect who is on record already is held once, and one who was cleared is not again', () =>
  inSimulation(async () => {
    for (const [standing, asked] of [
      ['open', 1],
      ['cleared', 0],
      ['banned', 0],
    ] as const) {
      const { suspects, raised } = suspectsWith();
      suspects.suspect(suspicion);
      suspects.suspect(suspicion);
      suspects.resume([{ ...suspicion, standing }]);
      expect([raised.length, suspects.held], standing).toEqual([asked, asked]);
      suspects.close();
    }
  }));

test('a suspect is asked about once, and a verdict that comes twice is heard once', () =>
  inSimulation(async () => {
    for (const isCheater of [true, false]) {
      const { suspects, raised, banned, judge, gain } = suspectsWith();
      suspects.resume([]);
      // Nobody was asked for this one.
      judge(true);
      suspects.suspect(suspicion);
      suspects.suspect(suspicion);
      expect(suspects.held).toBe(1);
      const outcomes = [gain(), gain()];
      judge(isCheater);
      judge(isCheater);
      suspects.suspect(suspicion);
      expect(suspects.held).toBe(0);
      const outcome = isCheater ? 'dropped' : 'given';
      expect([...outcomes, gain()].map((each) => each())).toEqual([outcome, outcome, outcome]);
      expect(banned).toEqual(isCheater ? [playerId] : []);
      await sleep(120 * second);
      expect(raised).toEqual([playerId]);
      suspects.close();
    }
  }));

/** A shard that comes back to one player with a row, and inputs that were kept. */
function shardBackTo(
  row: PlayerState,
  kept: readonly ReceivedInput[],
  load: () => Promise<unknown> = async () => ({ row }),
  present: readonly Profile[] = [profile],
  hasOpen?: () => boolean,
) {
  const heard: string[] = [];
  const lines: (() => void)[] = [];
  const inputs = [...kept];
  const hear =
    (what: string) =>
    (of: PlayerState | string): void => {
      heard.push(`${what} ${typeof of === 'string' ? of : of.playerId}`);
    };
  const interest = {
    enter: hear('enter'),
    leave: hear('leave'),
    moved: hear('moved'),
    acted: ignore,
  };
  const parts: Parts = {
    ...hardenedParts,
    createInterest: () => interest,
    createReplication: () => ({
      ...interest,
      listen: ignore,
      flush: ignore,
      hasOpen: () => hasOpen?.() ?? false,
    }),
  };
  const gate = {
    present: () => present,
    keep: ignore,
    take: () => inputs.splice(0),
    hasInputs: () => inputs.length > 0,
    flush: ignore,
    endTick: ignore,
    acknowledge: ignore,
    stored: ignore,
    close: async () => {},
  };
  const outside = {
    gate,
    cpu: { check: ignore },
    storage: { load },
    cases: { all: async () => ({ cases: [] }) },
    verdicts: { onMessage: () => ignore },
  };
  const followUps = {
    scoreChanged: (state: PlayerState, done: () => void) => {
      heard.push(`score ${state.score}`);
      lines.push(done);
    },
    stateSettled: (state: PlayerState) => heard.push(`settled ${state.sequence}`),
    effectDue: (_id: string, _deedAtMs: number, done: () => void) => done(),
  };
  const { settings, ...context } = contextWith(outside);
  const shard = createShard(
    { ...context, settings: { ...settings, lossyLink: hasOpen !== undefined } },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the follow-ups
    followUps as unknown as FollowUps,
    parts,
  );
  return { shard, heard, lines };
}

const row: PlayerState = { ...newcomer(profile), sequence: 7, hits: 5, defeats: 1, score: 10 };
const input = (sequence: number, action: ReceivedInput['action']): ReceivedInput => ({
  playerId,
  sequence,
  madeAtMs: 0,
  receivedAtMs: 0,
  action,
});

test('a state is not stored before the line that it has changed is written', () =>
  inSimulation(async () => {
    const blow = input(8, { type: 'attack', distanceM: 1, aimErrorDeg: 0 });
    const { shard, heard, lines } = shardBackTo({ ...row, hits: 9 }, [blow]);
    await sleep(second);
    expect(heard).toContain('score 20');
    expect(heard).not.toContain('settled 8');
    for (const written of lines) written();
    expect(heard.at(-1)).toBe('settled 8');
    await shard.close();
  }));

test('a shard that comes back goes on behind the stored row, and lets nobody stay who has left', () =>
  inSimulation(async () => {
    const step = { type: 'move', dx: 1, dy: 0 } as const;
    const before = [input(6, step), input(7, { type: 'leave' })];
    const gone = shardBackTo(row, before);
    await sleep(second);
    await gone.shard.close();
    expect(gone.heard).toEqual([`enter ${playerId}`, `leave ${playerId}`]);
    const there = shardBackTo(row, [input(7, step), input(8, step)]);
    await sleep(second);
    await there.shard.close();
    expect(there.heard).toEqual([`enter ${playerId}`, `moved ${playerId}`, 'settled 8']);
  }));

test('whoever comes in gets in when storage fails four times, and hears of it when it fails for good', () =>
  inSimulation(async () => {
    for (const [failures, outcome] of [
      [4, 'fulfilled'],
      [Infinity, 'rejected'],
    ] as const) {
      let calls = 0;
      const load = async () => {
        calls += 1;
        if (calls <= failures) throw new Error('not now');
        return { row };
      };
      const { shard, heard } = shardBackTo(row, [], load, []);
      await sleep(second);
      const [joining] = await Promise.allSettled([shard.join(profile)]);
      expect([joining.status, calls]).toEqual([outcome, 5]);
      expect(heard).toEqual(outcome === 'fulfilled' ? [`enter ${playerId}`] : []);
      await shard.close();
    }
  }));

test('a shard that comes back asks for a row until it has it, and keeps what its player does meanwhile', () =>
  inSimulation(async () => {
    const step = { type: 'move', dx: 1, dy: 0 } as const;
    let calls = 0;
    const load = async () => {
      calls += 1;
      if (calls <= 40) throw new Error('not now');
      return { row };
    };
    const { shard, heard } = shardBackTo(row, [input(8, step), input(9, step)], load);
    await sleep(second);
    // He is in the game already: nobody loads him a second time.
    await shard.join(profile);
    expect(heard).toEqual([]);
    await sleep(30 * second);
    await shard.close();
    expect(calls).toBe(41);
    expect(heard).toEqual([
      `enter ${playerId}`,
      `moved ${playerId}`,
      'settled 8',
      `moved ${playerId}`,
      'settled 9',
    ]);
  }));

test('whoever is in already stays as he is when he comes in again', () =>
  inSimulation(async () => {
    const step = { type: 'move', dx: 1, dy: 0 } as const;
    const { shard, heard } = shardBackTo(row, [input(8, step)]);
    await sleep(second);
    await shard.join(profile);
    expect(heard).toEqual([`enter ${playerId}`, `moved ${playerId}`, 'settled 8']);
    await shard.close();
  }));

test('a shard does not close before every phone has what the last inputs have changed', () =>
  inSimulation(async () => {
    let isOpen = true;
    const { shard } = shardBackTo(row, [], undefined, [profile], () => isOpen);
    const closing = shard.close();
    expect(await withPatience(closing, 10 * second)).toMatchObject({ kind: 'timed-out' });
    isOpen = false;
    await closing;
  }));
