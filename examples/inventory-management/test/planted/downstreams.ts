import { createBreakers } from '@firedrill/core/resilience';
import { ServiceTimeoutError } from '@firedrill/core/services';
import type { StockLevel } from '../../src/domain.ts';
import { type Downstream, downstreamNames } from '../../src/domain/downstreams.ts';
import type { Outside } from '../../src/system.ts';
import { type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;

type Client = Outside['downstreams'][Downstream];

/** All twelve services, each a little otherwise. */
const each = (
  downstreams: Outside['downstreams'],
  change: (name: Downstream, client: Client) => Client,
): Pick<Outside, 'downstreams'> => {
  const changed = { ...downstreams };
  for (const name of downstreamNames) changed[name] = change(name, downstreams[name]);
  return { downstreams: changed };
};

/** Bugs in telling the twelve services. */
export const downstreamBugs: readonly Bug[] = [
  wired(
    {
      name: 'version-before-the-change',
      flaw: 'an update carries the version that was read before the change, and not the one after it',
      breaks: ['updates-are-true'],
    },
    ({ downstreams }) =>
      each(downstreams, (_name, client) => ({
        update: ({ version = 1, ...update }, options) =>
          client.update({ ...update, version: version - 1 }, options),
      })),
  ),
  withParts(
    {
      name: 'missed-never-told',
      flaw: 'what a service missed is written down, and nobody reads it',
      breaks: ['downstreams-catch-up', 'downstreams-agree'],
    },
    () => ({
      createMissedUpdates: () => ({ add: () => {}, size: 0, close: async () => {} }),
    }),
  ),
  wired(
    {
      name: 'told-twice-to-be-sure',
      flaw: 'an update that is answered slowly is sent again, although it has arrived',
      breaks: ['updates-are-news'],
    },
    ({ downstreams }) => {
      let updates = 0;
      return each(downstreams, (_name, client) => ({
        async update(input, options) {
          updates += 1;
          const answer = await client.update(input, options);
          if (updates % 10 === 0) await client.update(input, options);
          return answer;
        },
      }));
    },
  ),
  withParts(
    {
      name: 'missed-told-at-night',
      flaw: 'what a service missed is told when the shop closes',
      breaks: ['downstreams-catch-up'],
    },
    ({ createMissedUpdates }) => ({
      createMissedUpdates(...args) {
        const missed = createMissedUpdates(...args);
        const kept: Parameters<typeof missed.add>[] = [];
        return {
          ...missed,
          add: (...change) => kept.push(change),
          get size() {
            return missed.size + kept.length;
          },
          async close() {
            for (const change of kept) missed.add(...change);
            await missed.close();
          },
        };
      },
    }),
  ),
  wired(
    {
      name: 'machines-kept',
      flaw: 'a machine whose node has ended is not given back',
      breaks: ['machines-have-work'],
    },
    ({ machines }) => ({
      machines: {
        rent(onReady) {
          machines.rent(onReady);
          return () => {};
        },
      },
    }),
  ),
  withParts(
    {
      name: 'breaker-stays-open',
      flaw: 'a breaker that has opened does not try again before the evening',
      breaks: ['downstreams-catch-up', 'downstreams-agree'],
    },
    () => ({
      createDownstreamBreakers: () =>
        createBreakers<Downstream>({
          failureThreshold: { consecutive: 5 },
          halfOpenAfterMs: { initialMs: 8 * 60 * minute, maxMs: 8 * 60 * minute },
        }),
    }),
  ),
  withParts(
    {
      name: 'breaker-never-opens',
      flaw: 'a breaker opens after so many failures in a row that nobody sees it open',
      breaks: ['failing-is-spared'],
    },
    () => ({
      createDownstreamBreakers: () =>
        createBreakers<Downstream>({
          failureThreshold: { consecutive: 100_000 },
          halfOpenAfterMs: { initialMs: 5_000, maxMs: 20_000 },
        }),
    }),
  ),
  withParts(
    {
      name: 'first-level-for-ever',
      flaw: 'who missed a change is told the first level that was ever known of the product',
      breaks: [
        'downstreams-catch-up',
        'downstreams-agree',
        'downstreams-know-soon',
        'failing-is-spared',
      ],
    },
    ({ createLevels }) => ({
      createLevels(onChange) {
        const first = new Map<string, StockLevel>();
        const levels = createLevels((level) => {
          if (!first.has(level.productId)) first.set(level.productId, level);
          onChange(level);
        });
        return { ...levels, get: (productId) => first.get(productId) };
      },
    }),
  ),
  wired(
    {
      name: 'silence-is-consent',
      flaw: 'an update that is not answered in time is taken for told',
      breaks: ['downstreams-catch-up', 'downstreams-agree', 'failing-is-spared'],
    },
    ({ downstreams }) =>
      each(downstreams, (_name, client) => ({
        update: (input, options) =>
          client.update(input, options).catch((error: unknown) => {
            if (error instanceof ServiceTimeoutError) return { received: true };
            throw error;
          }),
      })),
  ),
  wired(
    {
      name: 'headline-of-another',
      flaw: 'the headline of the last product stands over the next when both change at once',
      breaks: ['ads-are-true'],
    },
    ({ downstreams }) => {
      let last: string | undefined;
      return each(downstreams, (name, client) =>
        name === 'ads'
          ? {
              update(input, options) {
                const text = last ?? input.text;
                last = input.text;
                return client.update({ ...input, ...(text !== undefined && { text }) }, options);
              },
            }
          : client,
      );
    },
  ),
];

/** Bugs that show at a particular moment, or under more load, which this storm does not have. */
export const elusiveDownstreamBugs: readonly Bug[] = [
  withParts(
    {
      name: 'change-lost-in-replay',
      flaw: 'a change that is missed while the one before is told again is not written down',
      breaks: ['downstreams-agree'],
      faults: [
        {
          kind: 'flap',
          service: 'pickup',
          fromMs: 5 * minute,
          toMs: 20 * minute,
          periodMs: 3_000,
          downMs: 1_500,
        },
        {
          kind: 'slow',
          service: 'pickup',
          fromMs: 5 * minute,
          toMs: 20 * minute,
          latency: { p50Ms: 700, p99Ms: 2_000 },
        },
      ],
    },
    ({ createMissedUpdates }) => ({
      createMissedUpdates(context, breakers, tell, count) {
        const inReplay = new Set<string>();
        const missed = createMissedUpdates(
          context,
          breakers,
          async (downstream, productId) => {
            const id = `${downstream}/${productId}`;
            inReplay.add(id);
            try {
              await tell(downstream, productId);
            } finally {
              inReplay.delete(id);
            }
          },
          count,
        );
        return {
          ...missed,
          add(downstream, productId, reason, error) {
            if (inReplay.has(`${downstream}/${productId}`)) return;
            missed.add(downstream, productId, reason, error);
          },
        };
      },
    }),
  ),
  withParts(
    {
      name: 'refusal-forgotten',
      flaw: 'a change that finds every machine full is not told, then or later',
      breaks: ['downstreams-agree'],
    },
    ({ createMissedUpdates }) => ({
      createMissedUpdates(...args) {
        const missed = createMissedUpdates(...args);
        return {
          ...missed,
          add(downstream, productId, reason, error) {
            if (reason !== 'refused') missed.add(downstream, productId, reason, error);
          },
        };
      },
    }),
  ),
];
