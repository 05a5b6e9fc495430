import { withPatience } from '@firedrill/core/resilience';
import { CallError, ServiceTimeoutError } from '@firedrill/core/services';
import { hardenedParts } from '../../src/implementations/hardened/game.ts';
import { type Bug, rebuilt, second, wired } from './plant.ts';

const isOfACall = (error: unknown): void => {
  if (!(error instanceof CallError)) throw error;
};

/** Bugs in what follows a tick. */
export const followUpBugs: readonly Bug[] = [
  rebuilt(
    {
      name: 'grants-outlive-the-ban',
      flaw: 'the rewards of a player who is banned stay on their way',
      breaks: ['nothing-for-cheaters'],
      faults: [{ kind: 'hang', service: 'rewards', fromMs: 35 * second, toMs: 75 * second }],
    },
    {
      createOutbox: (send, random) => {
        const outbox = hardenedParts.createOutbox(send, random);
        return {
          ...outbox,
          drop: () => [],
          get size() {
            return outbox.size;
          },
        };
      },
    },
  ),
  rebuilt(
    {
      name: 'suspects-gain-on',
      flaw: 'what a suspect earns until there is a verdict is not held',
      breaks: ['nothing-for-cheaters'],
    },
    {
      createSuspects(...given) {
        const suspects = hardenedParts.createSuspects(...given);
        return {
          ...suspects,
          gain: (playerId, give, drop) => (suspects.isBanned(playerId) ? drop : give)(),
          get held() {
            return suspects.held;
          },
        };
      },
    },
  ),
  wired(
    {
      name: 'congratulates-later',
      flaw: 'a congratulation that fails is sent again half a minute later',
      breaks: ['told-once', 'no-stale-push'],
    },
    ({ push }) => ({
      push: {
        async send(input, options) {
          try {
            return await push.send(input, options);
          } catch (error) {
            const again = { timeoutMs: 4 * second };
            setTimeout(() => void push.send(input, again).catch(isOfACall), 30 * second);
            throw error;
          }
        },
      },
    }),
  ),
  rebuilt(
    {
      name: 'again-in-half-a-minute',
      flaw: 'what has failed is tried again half a minute later',
      breaks: ['rewards-soon'],
    },
    {
      createOutbox(send, random) {
        const outbox = hardenedParts.createOutbox(send, random);
        const failed = (key: string): void => {
          setTimeout(() => outbox.failed(key), 30 * second);
        };
        return {
          ...outbox,
          failed,
          get size() {
            return outbox.size;
          },
        };
      },
    },
  ),
  wired(
    {
      name: 'achievement-without-title',
      flaw: 'the text of a push is made from a name that is not always there',
      breaks: ['no-defect'],
    },
    ({ push }) => {
      let calls = 0;
      return {
        push: {
          send: async (input, options) => {
            calls += 1;
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the planted bug
            const name = (calls % 20 === 0 ? undefined : 'player') as string;
            return push.send({ ...input, text: `${name.toUpperCase()}: ${input.text}` }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'key-forgotten',
      flaw: 'a reward is granted without its key, and a lost answer grants it again',
      breaks: ['no-double-reward'],
    },
    ({ rewards }) => ({
      rewards: {
        grant: ({ idempotencyKey: _key, ...input }, options) => rewards.grant(input, options),
      },
    }),
  ),
  wired(
    {
      name: 'coins-of-the-first',
      flaw: 'every reward is worth what the first achievement is worth',
      breaks: ['rewards-earned'],
    },
    ({ rewards }) => ({
      rewards: { grant: (input, options) => rewards.grant({ ...input, coins: 50 }, options) },
    }),
  ),
  wired(
    {
      name: 'title-of-the-one-before',
      flaw: 'the text of a congratulation is that of the one before',
      breaks: ['true-pushes'],
    },
    ({ push }) => {
      let before: string | undefined;
      return {
        push: {
          send(input, options) {
            const text = before ?? input.text;
            before = input.text;
            return push.send({ ...input, text }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'push-again-when-slow',
      flaw: 'a congratulation that is not answered within a second is sent again',
      breaks: ['told-once'],
    },
    ({ push }) => ({
      push: {
        async send(input, options) {
          const sending = push.send(input, options);
          const { kind } = await withPatience(sending, second);
          if (kind === 'timed-out') void push.send(input, options).catch(isOfACall);
          return sending;
        },
      },
    }),
  ),
  wired(
    {
      name: 'case-stays-open',
      flaw: 'what the moderators found is not written into the case',
      breaks: ['cases-closed'],
    },
    ({ cases }) => ({
      cases: {
        ...cases,
        keep: async (kept, options) =>
          kept.standing === 'open' ? cases.keep(kept, options) : { ok: true },
      },
    }),
  ),
  wired(
    {
      name: 'reward-at-most-once',
      flaw: 'a reward that fails is not granted again',
      breaks: ['no-lost-reward'],
    },
    ({ rewards }) => ({
      rewards: {
        grant: (input, options) =>
          rewards.grant(input, options).catch((error: unknown) => {
            isOfACall(error);
            return { ok: true };
          }),
      },
    }),
  ),
  wired(
    {
      name: 'reward-given-up',
      flaw: 'a reward that fails is given up like a firework, and operations is told',
      breaks: ['no-lost-reward', 'only-optional-shed'],
    },
    ({ rewards, operations }) => ({
      rewards: {
        grant: (input, options) =>
          rewards.grant(input, options).catch(async (error: unknown) => {
            isOfACall(error);
            await operations.noteShed(
              { pieces: [{ lane: 'rewards', id: input.rewardId }] },
              options,
            );
            return { ok: true };
          }),
      },
    }),
  ),
  wired(
    {
      name: 'refused-save-is-saved',
      flaw: 'a batch of rows that is refused is taken for saved',
      breaks: ['honest-state'],
    },
    ({ storage }) => ({
      storage: {
        ...storage,
        saveNewer: (input, options) =>
          storage.saveNewer(input, options).catch((error: unknown) => {
            isOfACall(error);
            return { saved: input.rows.length };
          }),
      },
    }),
  ),
  wired(
    {
      name: 'saved-where-it-stood',
      flaw: 'a row whose player has not moved is not saved, whatever else he has done',
      breaks: ['honest-state'],
    },
    ({ storage }) => {
      const places = new Map<string, string>();
      return {
        storage: {
          ...storage,
          async saveNewer({ rows }, options) {
            const moved = rows.filter(({ playerId, x, y }) => places.get(playerId) !== `${x} ${y}`);
            const answer = await storage.saveNewer({ rows: moved }, options);
            for (const { playerId, x, y } of moved) places.set(playerId, `${x} ${y}`);
            return answer;
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'change-during-a-save-lost',
      flaw: 'what comes of a save that failed overwrites what has come since',
      breaks: ['honest-state'],
      faults: [
        {
          kind: 'slow',
          service: 'storage',
          fromMs: 40 * second,
          toMs: 95 * second,
          latency: { fixedMs: 3_000 },
          share: 0.2,
        },
      ],
    },
    ({ storage }) => ({ storage: { ...storage, saveNewer: storage.save } }),
  ),
  wired(
    {
      name: 'points-added',
      flaw: 'what a player has gained is added to his line, and added again when the answer is lost',
      breaks: ['leaderboard-exact'],
      faults: [
        {
          kind: 'drop-response',
          service: 'leaderboard',
          fromMs: 40 * second,
          toMs: 95 * second,
          share: 0.02,
        },
      ],
    },
    ({ leaderboard }) => {
      const sent = new Map<string, number>();
      return {
        leaderboard: {
          ...leaderboard,
          async submit({ scores }, options) {
            await Promise.all(
              scores.map(async ({ playerId, score }) => {
                const points = score - (sent.get(playerId) ?? 0);
                if (points === 0) return;
                await leaderboard.add({ playerId, points }, options);
                sent.set(playerId, score);
              }),
            );
            return { ok: true };
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'board-twice-a-minute',
      flaw: 'the leaderboard is written twice a minute, to spare it',
      breaks: ['leaderboard-soon'],
    },
    ({ leaderboard }, { clock }) => {
      let againAtMs = 0;
      return {
        leaderboard: {
          ...leaderboard,
          async submit(input, options) {
            if (clock.elapsedMs() < againAtMs) {
              throw new ServiceTimeoutError('leaderboard', 'submit', 0);
            }
            againAtMs = clock.elapsedMs() + 30 * second;
            return leaderboard.submit(input, options);
          },
        },
      };
    },
  ),
  rebuilt(
    {
      name: 'reported-with-each-action',
      flaw: 'who is suspected is reported again with each thing that he does',
      breaks: ['asked-once'],
    },
    {
      createSuspects(context, followUps, ban) {
        const suspects = hardenedParts.createSuspects(context, followUps, ban);
        return {
          ...suspects,
          suspect(suspicion) {
            suspects.suspect(suspicion);
            followUps.suspicionRaised(suspicion);
          },
          get held() {
            return suspects.held;
          },
        };
      },
    },
  ),
  wired(
    {
      name: 'removal-not-told',
      flaw: 'who is banned stays on the leaderboard',
      breaks: ['nothing-for-cheaters'],
    },
    ({ leaderboard }) => ({
      leaderboard: { ...leaderboard, remove: async () => ({ ok: true }) },
    }),
  ),
  wired(
    {
      name: 'removed-line-comes-back',
      flaw: 'a line is removed by writing nothing over it, and a late total brings it back',
      breaks: ['nothing-for-cheaters'],
      faults: [
        {
          kind: 'slow',
          service: 'leaderboard',
          fromMs: 20 * second,
          toMs: 95 * second,
          latency: { fixedMs: 25_000 },
          share: 0.3,
        },
      ],
    },
    ({ leaderboard }) => ({
      leaderboard: {
        ...leaderboard,
        remove: ({ playerId }, options) => leaderboard.put({ playerId, score: 0 }, options),
      },
    }),
  ),
  wired(
    {
      name: 'shed-report-cut-off',
      flaw: 'operations is told of the first hundred pieces that were given up, and of no more',
      breaks: ['only-optional-shed'],
    },
    ({ operations }) => ({
      operations: {
        noteShed: ({ pieces }, options) =>
          operations.noteShed({ pieces: pieces.slice(0, 100) }, options),
      },
    }),
  ),
  wired(
    {
      name: 'shed-report-at-most-once',
      flaw: 'a report of what was given up is not repeated when operations does not take it',
      breaks: ['only-optional-shed'],
      faults: [{ kind: 'error', service: 'operations', fromMs: 40 * second, toMs: 95 * second }],
    },
    ({ operations }) => ({
      operations: {
        noteShed: (input, options) =>
          operations.noteShed(input, options).catch((error: unknown) => {
            isOfACall(error);
            return { ok: true };
          }),
      },
    }),
  ),
  wired(
    {
      name: 'push-never-again',
      flaw: 'a push provider that has failed five times in a row is not called again',
      breaks: ['pushes-arrive'],
    },
    ({ push }) => {
      let inARow = 0;
      return {
        push: {
          async send(input, options) {
            if (inARow >= 5) throw new ServiceTimeoutError('push', 'send', 0);
            try {
              const answer = await push.send(input, options);
              inARow = 0;
              return answer;
            } catch (error) {
              inARow += 1;
              throw error;
            }
          },
        },
      };
    },
  ),
];
