import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import { settle } from '@firedrill/core/resilience';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  type Judged,
  ruleWords,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { notifications } from './flow.ts';
import { naiveNotifications } from './naive.ts';
import type { Category, Request } from './routing.ts';
import { createNotificationServices, type Ledger } from './services.ts';
import { createUsers, dueChannels, isQuiet } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(500)
    .default(15)
    .describe('requests a second in the campaign'),
  users: z.coerce.number().int().min(10).max(100_000).default(400).describe('users'),
});

interface Notifier extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: Truth;
  readonly system: {
    /** Takes a request in; may be called again with the same one. */
    request(request: Request): Promise<void>;
    close(): Promise<void>;
  };
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

interface Truth extends Ledger {
  /** Requests that were accepted, or may have been; by id. */
  readonly requests: Map<
    string,
    {
      readonly request: Request;
      readonly askedAtMs: number;
      isAccepted: boolean;
      isAlarmed: boolean;
    }
  >;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  requested: counter({ label: 'requests', chart: 'rate' }),
  sent: counter({ label: 'messages sent', chart: 'rate' }),
  alarm: histogram({
    label: 'from a critical request to the first message',
    unit: 'ms',
    chart: 'alarm',
  }),
});

const { defineRules, defineSigns, invariant, objective, sign, usefulWork } = ruleWords<Notifier>();
const minute = 60_000;
const startsAt = '2026-03-02T05:54:00.000Z';
/** Whoever blocks a number knows that a message may be on its way. */
const graceMs = 20_000;

function createServices(context: WorldContext<Notifier>) {
  const {
    settings: { users: count },
    random,
    meter,
    violate,
    elapsedMs,
  } = context;
  const world = createUsers(count, random('users'));
  const truth: Truth = {
    ...world,
    requests: new Map(),
    sent: [],
    audit: new Map(),
    onSent: ({ id, address, atMs }) => {
      meter.count(measures.sent);
      const since = truth.blockedSince.get(address);
      if (since !== undefined && atMs > since + graceMs)
        violate('blocked-never', `${id} was sent to ${address}, which is blocked`);
      const of = truth.requests.get(requestIdOf(id));
      if (of === undefined || of.isAlarmed || of.request.category !== 'critical') return;
      of.isAlarmed = true;
      meter.record(measures.alarm, elapsedMs() - of.askedAtMs);
    },
  };
  return {
    outside: { ...createNotificationServices(truth), broker: defineBroker(notifications) },
    truth,
  };
}

const requestIdOf = (messageId: string): string =>
  messageId.replace(/-(email|sms|push)(#\d+)?$/, '');

/** Messages by request and channel, each with what was sent for it. */
function byMessage({ truth }: Judged<Notifier>) {
  return Map.groupBy(truth.sent, ({ id, channel }) => `${requestIdOf(id)}-${channel}`);
}

/**
 * Of a critical message, one from each provider is allowed: an alarm twice is better than none when a
 * provider does not answer.
 */
function surplus(phase: Judged<Notifier>): number {
  let count = 0;
  for (const [, sent] of byMessage(phase)) {
    const category = phase.truth.requests.get(requestIdOf(sent[0]?.id ?? ''))?.request.category;
    const allowed =
      category === 'critical' ? new Set(sent.map(({ provider }) => provider)).size : 1;
    count += Math.max(0, sent.length - allowed);
  }
  return count;
}

function toBlocked({ truth }: Judged<Notifier>): number {
  return truth.sent.filter(
    ({ address, atMs }) => atMs > (truth.blockedSince.get(address) ?? Infinity) + graceMs,
  ).length;
}

function disturbed({ truth }: Judged<Notifier>): number {
  return truth.sent.filter(({ id, atMs }) => {
    const request = truth.requests.get(requestIdOf(id))?.request;
    const user = truth.users.get(request?.userId ?? '');
    return (
      request?.category !== 'critical' &&
      user !== undefined &&
      isQuiet(Date.parse(startsAt) + atMs, user)
    );
  }).length;
}

/** Messages that an accepted request is due, with the address of each. */
function due({ truth }: Judged<Notifier>) {
  return [...truth.requests.values()]
    .filter(({ isAccepted }) => isAccepted)
    .flatMap(({ request }) => {
      const user = truth.users.get(request.userId);
      if (user === undefined) return [];
      return dueChannels(request.category, user).map((channel) => ({
        id: `${request.id}-${channel}`,
        address: user.addresses[channel],
        category: request.category,
      }));
    });
}

function unaudited(phase: Judged<Notifier>): number {
  const { truth } = phase;
  const messages = due(phase).filter(({ id }) => !truth.audit.has(id)).length;
  const sent = [...byMessage(phase).keys()].filter((id) => truth.audit.get(id) !== 'sent').length;
  const dropped = [...truth.requests.values()].filter(({ request, isAccepted }) => {
    const user = truth.users.get(request.userId);
    return (
      isAccepted &&
      user !== undefined &&
      dueChannels(request.category, user).length === 0 &&
      !truth.audit.has(request.id)
    );
  }).length;
  return messages + sent + dropped;
}

export const example = defineExample<Notifier>({
  name: 'flows/notifications',
  title: 'Notifications: by preference, once, and alarms first',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Requests and messages', unit: 'per-second' },
    alarm: { title: 'Alarms', unit: 'ms' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'One line for all, in memory; a new id for every try, and no look at the clock or at the list of the blocked.',
      breaks: [
        'audit-complete',
        'blocked-never',
        'critical-in-time',
        'delivered',
        'notified-once',
        'quiet-hours',
      ],
      create({ outside }) {
        const notifier = naiveNotifications(outside);
        return {
          request: async (request) => notifier.request(request),
          close: () => notifier.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: every message has one id and one fate, alarms have workers of their own',
      role: 'repaired',
      breaks: [],
      create(context) {
        const flow = runInProcess(notifications, context);
        return {
          async request(request) {
            await flow.publish(
              'notification.requested',
              { ...request, values: { ...request.values } },
              { id: request.id },
            );
          },
          close: () => flow.close(),
        };
      },
    },
  },
  async visit({ context, truth, system, arrival }) {
    const {
      meter,
      elapsedMs,
      random,
      settings: { users },
    } = context;
    const draw = random('requests');
    const isCampaign = arrival.atMs >= minute && arrival.atMs < 2 * minute;
    const category: Category = draw.chance(0.08)
      ? 'critical'
      : draw.chance(isCampaign ? 0.9 : 0.2)
        ? 'marketing'
        : 'transactional';
    const id = `request-${arrival.index + 1}`;
    const userId = `user-${draw.integer(0, users - 1)}`;
    const template = { critical: 'alarm', transactional: 'parcel', marketing: 'offer' }[category];
    const request: Request = {
      id,
      userId,
      category,
      template,
      values: { what: `thing ${arrival.index}` },
    };
    const entry = { request, askedAtMs: elapsedMs(), isAccepted: false, isAlarmed: false };
    truth.requests.set(id, entry);
    meter.count(measures.requested);
    // Now and then somebody blocks a number while the campaign is on.
    const blocked = truth.users.get(`user-${draw.integer(0, users - 1)}`)?.addresses.sms;
    if (draw.chance(0.02) && blocked !== undefined && !truth.blockedSince.has(blocked)) {
      truth.blockedSince.set(blocked, elapsedMs());
    }
    for (let tries = 0; tries < 10; tries += 1) {
      const { kind } = await settle(system.request(request));
      if (kind === 'success') {
        entry.isAccepted = true;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  },
  signals: [],
  rules: defineRules({
    'critical-in-time': objective(
      'an alarm reaches its user within ten seconds',
      ({ measured }) => measured.alarm.p99,
      {
        under: 10_000,
        unit: 'ms',
        of: 'at the 99th percentile',
        needs: ['email', 'email-2', 'sms', 'sms-2', 'push', 'push-2', 'directory', 'app'],
      },
    ),
    'notified-once': invariant('nobody gets the same message twice', 'surplus message', surplus),
    'blocked-never': invariant(
      'nothing is sent to an address that is blocked, or has bounced',
      'forbidden message',
      toBlocked,
    ),
    'quiet-hours': invariant(
      'nobody is disturbed in the quiet hours, but by what is critical',
      'disturbance',
      disturbed,
    ),
    'audit-complete': invariant(
      'every request and every message is in the audit, with its fate',
      'missing entry',
      unaudited,
    ),
    delivered: usefulWork(
      'what can be delivered is delivered',
      'message',
      (phase) => {
        const { truth } = phase;
        const possible = due(phase).filter(
          ({ address }) => !truth.blockedSince.has(address) && !truth.dead.has(address),
        );
        const sent = byMessage(phase);
        return { done: possible.filter(({ id }) => sent.has(id)).length, due: possible.length };
      },
      {
        atLeast: 0.999,
        // Whatever is down comes back, and a message waits for it: nothing excuses it.
        needs: [],
      },
    ),
  }),
  swarm: { settles: () => ({ 'for sixty attempts, 15 s apart': 60 * 15_000 }) },
  figures: {
    alarm: {
      label: 'time to the alarm, p99',
      unit: 'ms',
      better: 'lower',
      rule: 'critical-in-time',
      of: ({ measured }) => measured.alarm.p99,
    },
    surplus: {
      label: 'surplus messages',
      unit: 'count',
      better: 'lower',
      rule: 'notified-once',
      of: surplus,
    },
    blocked: {
      label: 'to blocked addresses',
      unit: 'count',
      better: 'lower',
      rule: 'blocked-never',
      of: toBlocked,
    },
    disturbed: {
      label: 'in quiet hours',
      unit: 'count',
      better: 'lower',
      rule: 'quiet-hours',
      of: disturbed,
    },
    unaudited: {
      label: 'missing in the audit',
      unit: 'count',
      better: 'lower',
      rule: 'audit-complete',
      of: unaudited,
    },
  },
  scenarios: flowScenarios<Notifier>({
    title: 'a mail provider hangs, an SMS provider rejects, and a campaign floods the line',
    intro: [
      'Requests become messages: by mail, SMS and push, as each user wishes. Alarms may wait for nobody.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs: 6 * minute,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond: 1.5,
          peakPerSecond: ratePerSecond,
          durationMs: 6 * minute,
          spikeFromMs: minute,
          spikeToMs: 2 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: 1.5, durationMs: 6 * minute }),
      faults: () => [
        { kind: 'hang', id: 'mail-hangs', service: 'email', fromMs: minute, toMs: 3 * minute },
        { kind: 'error', id: 'sms-rejects', service: 'sms', fromMs: 90_000, toMs: 200_000 },
        {
          kind: 'drop-response',
          id: 'push-answers-lost',
          service: 'push',
          operation: 'send',
          fromMs: minute,
          toMs: 3 * minute,
          share: 0.2,
        },
        {
          kind: 'error',
          id: 'audit-down',
          service: 'audit',
          fromMs: 2 * minute,
          toMs: 2 * minute + 20_000,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 160_000, toMs: 163_000 },
      ],
      story: [
        { atMs: minute, text: 'a campaign goes out' },
        { atMs: 6 * minute, text: 'seven in the morning, one hour east: the quiet hours are over' },
      ],
    },
    signs: defineSigns({
      'late-alarms': sign('alarms come minutes late', ({ measured }) => measured.alarm.p99, {
        over: minute,
        unit: 'ms',
      }),
      'surplus-messages': sign('people get the same message again and again', surplus, {
        atLeast: 10,
        unit: 'count',
      }),
    }),
    cause: {
      label:
        'a mail provider that hangs and answers that are lost, while a campaign floods the line',
      conditions: {
        hang: { label: 'the mail provider that hangs', faults: ['mail-hangs'] },
        answers: { label: 'the lost answers of push', faults: ['push-answers-lost'] },
        campaign: { label: 'the campaign', load: 'above-base' },
      },
    },
    explain: (phase) => ({
      chain: [
        {
          kind: 'cause',
          text: 'a mail provider does not answer, and holds a worker for nine seconds a message',
        },
        {
          kind: 'resource',
          text: 'all ten workers wait for it, and the campaign stands in front of the alarms',
        },
        {
          kind: 'victim',
          text: `alarms up to ${Math.round((phase.measured.alarm.max ?? 0) / 1_000)} s late, ${surplus(phase)} surplus messages`,
        },
      ],
      lessons: [
        {
          text: 'Give what is critical workers of its own, and give each message one id, however often it is tried.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      columns: [
        { name: 'sent', label: 'messages', unit: 'count' },
        { name: 'alarm', label: 'alarm, p99', unit: 'ms' },
      ],
      row: (phase) => ({ sent: phase.measured.sent.total, alarm: phase.measured.alarm.p99 }),
    },
  }),
});
