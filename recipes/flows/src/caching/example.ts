import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  type Judged,
  ruleWords,
  type SystemContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { cacheKey, scopeFor } from './cache-key.ts';
import { caching, openCache } from './flow.ts';
import { naiveCache } from './naive.ts';
import { type CacheTruth, createCacheServices, type View } from './services.ts';
import { change, drawWish, firstVersions, look, promisedMs } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(500)
    .default(40)
    .describe('pages a second in the rush'),
});

interface CachedSite {
  read(user: string, kind: string, id: string): Promise<View | null>;
  /** The origin has changed; may be called again with the same version. */
  changed(user: string, kind: string, id: string, version: number): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  reads: counter({ label: 'pages', chart: 'rate' }),
  timeToRead: histogram({ label: 'time to a page', unit: 'ms', chart: 'latency' }),
});

export interface Cached extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: CacheTruth;
  readonly system: CachedSite;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

function createServices({ elapsedMs }: WorldContext<Cached>) {
  const truth: CacheTruth = {
    versions: firstVersions(),
    loads: new Map(),
    mostLoads: 0,
    pages: [],
    tooOld: 0,
    leaked: 0,
  };
  const services = createCacheServices(truth, elapsedMs);
  return { outside: { ...services, broker: defineBroker(caching) }, truth };
}

/** The flow in one process, with its cache. */
function runCached(context: SystemContext<Cached>): CachedSite {
  const { outside, clock, random } = context;
  const draw = random('expiry');
  const cache = openCache(outside, { now: clock.now, random: () => draw.next() });
  const stop = outside.invalidations.onMessage(({ key }) => cache.onInvalidated(key));
  const flow = runInProcess(caching, { ...context, outside: { ...outside, cache } });
  return {
    async read(user, kind, id) {
      return (await cache.get(cacheKey(scopeFor(user, kind, id)))).value ?? null;
    },
    async changed(user, kind, id, version) {
      const event = `${cacheKey(scopeFor(user, kind, id))}@${version}`;
      await flow.publish('view.changed', { user, kind, id, version }, { id: event });
    },
    async close() {
      stop();
      await flow.close();
    },
  };
}

const { defineRules, defineSigns, invariant, objective, sign, usefulWork } = ruleWords<Cached>();
/** Pages of a time that no fault excuses. */
const judgedPages = ({ truth, isJudged }: Judged<Cached>) =>
  truth.pages.filter(({ atMs }) => isJudged(atMs));
const oldPages = (phase: Judged<Cached>): number =>
  judgedPages(phase).filter(({ isOld }) => isOld).length;
const minute = 60_000;
const durationMs = 4 * minute;
const basePerSecond = 4;

export const example = defineExample<Cached>({
  name: 'flows/caching',
  title: "Caching: never staler than promised, and never somebody else's",
  startsAt: '2026-03-02T09:00:00.000Z',
  settings,
  charts: {
    rate: { title: 'Pages', unit: 'per-second' },
    latency: { title: 'Time to a page', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  processes: () => ['app-1', 'app-2'],
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'Look, load, put: the key is the path, everybody who misses loads, and what was loaded before a change is put after it.',
      breaks: ['never-too-old', 'own-data-only', 'no-stampede', 'told-soon', 'answered'],
      create({ outside, clock }) {
        const cache = naiveCache(outside, clock.now);
        return {
          read: (user, kind, id) => cache.read(user, kind, id),
          changed: (_user, kind, id) => cache.changed(kind, id),
          close: async () => {},
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: one load for a key, kept only if nothing was invalidated since; the owner is in the key; Redis is waited for a tenth of a second',
      role: 'repaired',
      breaks: [],
      create: runCached,
    },
  },
  async visit({ context, truth, system }) {
    const { meter, elapsedMs, random } = context;
    const wish = drawWish(random('users'));
    const { user, kind, id } = wish;
    if (wish.isChange) {
      await change(truth, wish, elapsedMs, (version) => system.changed(user, kind, id, version));
      return;
    }
    meter.count(measures.reads);
    const tookMs = await look(truth, wish, elapsedMs, () => system.read(user, kind, id));
    meter.record(measures.timeToRead, tookMs);
  },
  signals: [],
  rules: defineRules({
    'never-too-old': invariant(
      `no page is older than ${promisedMs / 1_000} s, whatever is down`,
      'outdated page',
      ({ truth }) => truth.tooOld,
    ),
    'own-data-only': invariant(
      "nobody sees what is somebody else's",
      'leak',
      ({ truth }) => truth.leaked,
    ),
    'no-stampede': invariant(
      'no view is loaded more than eight times in a second, by all processes together',
      'surplus load',
      ({ truth }) => Math.max(0, truth.mostLoads - 8),
    ),
    'told-soon': objective(
      'fewer than one page in fifty is older than a change of two seconds ago',
      (phase) => oldPages(phase) / Math.max(1, judgedPages(phase).length),
      { under: 0.02, unit: 'ratio', needs: ['redis', 'invalidations'] },
    ),
    answered: usefulWork(
      'a page is there within two seconds',
      'page',
      (phase) => {
        const due = judgedPages(phase);
        return { done: due.filter(({ isInTime }) => isInTime).length, due: due.length };
      },
      { atLeast: 0.99, needs: ['origin', 'app-1', 'app-2'] },
    ),
  }),
  swarm: {
    without: {
      clock: 'an age rests on clocks that agree; whoever sets them is outside of this flow',
    },
  },
  figures: {
    tooOld: {
      label: 'pages older than promised',
      unit: 'count',
      better: 'lower',
      rule: 'never-too-old',
      of: ({ truth }) => truth.tooOld,
    },
    leaked: {
      label: 'pages of somebody else',
      unit: 'count',
      better: 'lower',
      rule: 'own-data-only',
      of: ({ truth }) => truth.leaked,
    },
    mostLoads: {
      label: 'most loads of a view in a second',
      unit: 'count',
      better: 'lower',
      rule: 'no-stampede',
      of: ({ truth }) => truth.mostLoads,
    },
    old: {
      label: 'pages older than a change 2 s ago',
      unit: 'count',
      better: 'lower',
      rule: 'told-soon',
      of: oldPages,
    },
    p99: {
      label: 'time to a page, p99',
      unit: 'ms',
      better: 'lower',
      rule: 'answered',
      of: ({ measured }) => measured.timeToRead.p99,
    },
  },
  scenarios: flowScenarios<Cached>({
    title: 'a hot view expires, Redis hangs, changes race the reads',
    intro: [
      'Two processes serve quotes, a catalogue, profiles and lists of patients from two levels of cache. Half of all look at one quote, and one in ten changes what others look at.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond,
          peakPerSecond: ratePerSecond,
          durationMs,
          spikeFromMs: 30_000,
          spikeToMs: 90_000,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'slow',
          id: 'origin-slow',
          service: 'origin',
          fromMs: 40_000,
          toMs: 80_000,
          factor: 4,
        },
        { kind: 'hang', id: 'redis-hangs', service: 'redis', fromMs: 110_000, toMs: 150_000 },
      ],
      story: [{ atMs: 30_000, text: 'everybody looks at one quote' }],
    },
    signs: defineSigns({
      'pages-hang': sign(
        'pages take more than five seconds',
        ({ measured }) => measured.timeToRead.p99,
        { over: 5_000, unit: 'ms', of: 'at the 99th percentile' },
      ),
    }),
    cause: {
      label: 'a Redis that hangs',
      conditions: { redis: { label: 'the hanging Redis', faults: ['redis-hangs'] } },
    },
    explain: ({ truth, measured }) => ({
      chain: [
        { kind: 'cause', text: 'Redis does not answer for 40 s' },
        { kind: 'code', text: 'every page waits for the cache that was to make it quick' },
        {
          kind: 'victim',
          text: `one page in a hundred takes ${Math.round((measured.timeToRead.p99 ?? 0) / 1_000)} s`,
        },
      ],
      lessons: [
        {
          text: 'A cache is asked with a short limit and behind a breaker: without it the page is slower, never away.',
        },
        {
          text: `Whose it is belongs in the key: ${truth.leaked} pages showed what was somebody else's.`,
        },
        {
          text: `One load at a time for a key: up to ${truth.mostLoads} loads of one view came in a second.`,
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      stepMs: 20_000,
      columns: [
        { name: 'loads', label: 'most loads of a view in a second', unit: 'count' },
        { name: 'p99', label: 'time to a page, p99', unit: 'ms' },
      ],
      row: ({ truth, measured }) => ({ loads: truth.mostLoads, p99: measured.timeToRead.p99 }),
    },
  }),
});
