import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  ruleWords,
  type SystemContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import type { Answer } from './account.ts';
import { authentication } from './flow.ts';
import { naiveAuthentication } from './naive.ts';
import { ownersIn, rules, takeovers, tellingAnswers, timeTells } from './rules.ts';
import { createAuthServices } from './services.ts';
import { isOpen, readToken } from './session.ts';
import type { AuthSystem } from './system.ts';
import { type AuthTruth, createPerson, hijackBefore, liveHonestly, probe, stuff } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(200)
    .default(4)
    .describe('visitors a second in the storm, nine of ten with a list of passwords'),
});

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  visitors: counter({ label: 'visitors', chart: 'rate' }),
  signIn: histogram({ label: 'an owner is in', unit: 'ms', chart: 'time' }),
});

export interface Auth extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: AuthTruth;
  readonly system: AuthSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Auth>();
const minute = 60_000;
const durationMs = 6 * minute;
const startsAt = '2026-03-02T09:00:00.000Z';
const basePerSecond = 0.7;
const stuffingMs = { from: minute, to: 3 * minute };

function createServices() {
  const truth: AuthTruth = {
    mails: new Map(),
    people: new Map(),
    ownersTries: [],
    strangersIn: [],
    tried: new Set(),
    probes: [],
    harms: { takeover: [], reopened: [], 'code-twice': [], expired: [] },
  };
  return { outside: { ...createAuthServices(truth), broker: defineBroker(authentication) }, truth };
}

/** The flow in one process, with those who wait for its answers. */
function runAuthentication(context: SystemContext<Auth>): AuthSystem {
  const waiting = new Map<string, (answer: Answer) => void>();
  const give = (id: string, answer: Answer): void => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  };
  const outside = { ...context.outside, waiting: { give } };
  const flow = runInProcess(authentication, { ...context, outside });
  return {
    async ask(what, data) {
      const answer = new Promise<Answer>((resolve) => waiting.set(data.id, resolve));
      const { isNew } = await flow.publish(what, data, { id: data.id });
      // It was asked before: the answer may be there, or on its way.
      const known = isNew ? undefined : await flow.read('answers', data.id);
      return known ?? answer;
    },
    async check(token) {
      const { sessionId, secret } = readToken(token);
      return isOpen(await flow.read('sessions', sessionId), secret, context.clock.now());
    },
    close: () => flow.close(),
  };
}

export const example = defineExample<Auth>({
  name: 'flows/authentication',
  title: 'Authentication: owners in, everybody else out, and nobody told who has an account',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Visitors', unit: 'per-second' },
    time: { title: 'Until an owner is in', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'A map of users, an answer at once for who is unknown, a lock that anybody can close, codes that open again, and tokens that nobody can take back.',
      breaks: [
        'code-once',
        'codes-expire',
        'honest-get-in',
        'no-takeover',
        'no-telling-answers',
        'no-telling-time',
        'owner-told',
        'revoked-is-out',
      ],
      create: ({ outside, clock }) => naiveAuthentication(outside, clock.now),
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: the same work and the same answer for everybody, gates of strangers apart from those of owners, sessions that are looked up',
      role: 'repaired',
      breaks: [],
      create: runAuthentication,
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const draw = random('visitors');
    const isStuffing = arrival.atMs >= stuffingMs.from && arrival.atMs < stuffingMs.to;
    const isHonest = !draw.chance(isStuffing ? 0.9 : 0.1);
    const kind = draw.pick([
      'stuff',
      'stuff',
      'stuff',
      'stuff',
      'stuff',
      'probe',
      'hijack',
    ] as const);
    const name = `visitor-${arrival.index}`;
    const parts = {
      truth,
      system,
      elapsedMs,
      startMs: Date.parse(startsAt),
      draw: draw.fork(name),
      onLogin: (tookMs: number) => meter.record(measures.signIn, tookMs),
    };
    meter.count(measures.visitors);
    if (isHonest) {
      const person = createPerson(arrival.index, parts.draw);
      truth.people.set(person.email, person);
      await liveHonestly(person, parts);
    } else if (kind === 'stuff') {
      await stuff(name, parts);
    } else if (kind === 'probe') {
      await probe(name, parts);
    } else {
      const victim = `person-${arrival.index + parts.draw.integer(1, 20)}@x.test`;
      await hijackBefore(name, victim, parts);
    }
  },
  signals: [],
  rules,
  swarm: {
    settles: () => ({
      'for two visits of an owner': 2 * 130_000,
      'for the next one-time code': 31_000,
      'for a retry of a mail': 5_000,
    }),
  },
  figures: {
    takeovers: {
      label: 'takeovers',
      unit: 'count',
      better: 'lower',
      rule: 'no-takeover',
      of: takeovers,
    },
    ownersIn: {
      label: 'owners who got what they asked for',
      unit: 'count',
      better: 'higher',
      rule: 'honest-get-in',
      of: (phase) => ownersIn(phase).done,
    },
    tellingAnswers: {
      label: 'addresses told apart by an answer',
      unit: 'count',
      better: 'lower',
      rule: 'no-telling-answers',
      of: tellingAnswers,
    },
    timeTells: {
      label: 'times that tell, standard deviations from chance',
      unit: 'count',
      better: 'lower',
      rule: 'no-telling-time',
      of: timeTells,
    },
  },
  scenarios: flowScenarios<Auth>({
    title: 'a list of passwords is tried from forty addresses, mail is down, a clock is wrong',
    intro: [
      'People register and sign in. Others try stolen passwords, codes that they have seen, and tokens that they have taken, and ask who has an account.',
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
          spikeFromMs: stuffingMs.from,
          spikeToMs: stuffingMs.to,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        { kind: 'error', id: 'mail-down', service: 'mail', fromMs: 80_000, toMs: 110_000 },
        {
          kind: 'clock',
          id: 'clock-behind',
          service: 'app',
          fromMs: 130_000,
          toMs: 190_000,
          byMs: -25_000,
        },
        {
          kind: 'slow',
          id: 'hashes-slow',
          service: 'passwords',
          fromMs: 100_000,
          toMs: 120_000,
          factor: 3,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 200_000, toMs: 203_000 },
      ],
      story: [
        { atMs: stuffingMs.from, text: 'somebody has bought a list of passwords' },
        { atMs: stuffingMs.to, text: 'the list is through' },
      ],
    },
    signs: defineSigns({
      'shut-out': sign(
        'owners do not get in',
        (phase) => {
          const { done, due } = ownersIn(phase);
          return due === 0 ? undefined : 1 - done / due;
        },
        { over: 0.1, unit: 'ratio' },
      ),
    }),
    cause: {
      label: 'a list of passwords, and a crash that forgets the users',
      conditions: {
        list: { label: 'the list of passwords', load: 'above-base' },
        mail: { label: 'the outage of the mail', faults: ['mail-down'] },
        crash: { label: 'the crash', faults: ['crash'] },
      },
    },
    explain: (phase) => {
      const { done, due } = ownersIn(phase);
      return {
        chain: [
          { kind: 'cause', text: 'a list of passwords is tried on every account' },
          {
            kind: 'code',
            text: 'three wrong passwords from anywhere lock an account, and what is in memory is gone with the process',
          },
          {
            kind: 'victim',
            text: `${due - done} of ${due} owners do not get in, and ${tellingAnswers(phase)} addresses are told apart`,
          },
        ],
        lessons: [
          {
            text: 'Give a device that the owner has used a gate of its own, and everybody else the same answer after the same work.',
          },
          {
            text: 'Keep what must be taken back where it can be: a session is looked up, a code opens once.',
          },
        ],
      };
    },
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond / 4,
      stepMs: 90_000,
      columns: [
        { name: 'owners', label: 'owners', unit: 'count' },
        { name: 'p95', label: 'an owner is in, p95', unit: 'ms' },
      ],
      row: (phase) => ({ owners: ownersIn(phase).done, p95: phase.measured.signIn.p95 }),
    },
  }),
});
