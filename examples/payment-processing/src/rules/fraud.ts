import {
  formatValue,
  type Judged,
  measuredShare,
  precisionAt,
  type RuleSpec,
  ruleWords,
} from '@firedrill/core/scenario';
import type { Order } from '../truth/orders.ts';
import type { Payments } from '../types.ts';
import { payingNeeds } from './needs.ts';

const { only, sampled } = ruleWords<Payments>();

const answered = ({ truth, isJudged }: Judged<Payments>): readonly Order[] =>
  [...truth.orders.all()].filter(
    ({ answer, placedAtMs }) => answer !== undefined && isJudged(placedAtMs),
  );

/** `friendly` is reported, and nobody is blamed for it: nothing shows it. */
const isDetectable = ({ fraudKind }: Order): boolean =>
  fraudKind === 'card-testing' || fraudKind === 'stolen-card';

const isStopped = ({ answer }: Order): boolean =>
  answer?.status === 'declined' && answer.reason === 'velocity';

const sampleOf = (orders: readonly Order[]) => ({
  part: orders.filter(isStopped).length,
  of: orders.length,
});

/** Shares of fraud: as planted here, a fifth of it, and as rare as it is where nobody plants any. */
const baseRates = [0.028, 0.005, 0.000_1] as const;

/** Where nobody was planted, there is nothing to say. */
const whereThereAre = (
  some: (phase: Judged<Payments>) => readonly Order[],
  rule: RuleSpec<Payments, 'objective'>,
): RuleSpec<Payments, 'objective'> => ({
  ...rule,
  judge: (phase) =>
    some(phase).length === 0
      ? { holds: true, observed: 'there was none' }
      : withPrecision(phase, rule.judge(phase)),
});

/** What the same detector is worth where there is less to find. */
function withPrecision(
  phase: Judged<Payments>,
  finding: ReturnType<RuleSpec<Payments>['judge']>,
): ReturnType<RuleSpec<Payments>['judge']> {
  const orders = answered(phase);
  const recall = measuredShare(sampleOf(orders.filter(isDetectable))).share;
  const honest = orders.filter(({ fraudKind }) => fraudKind === undefined);
  const falseAlarms = measuredShare(sampleOf(honest)).share;
  const worth = baseRates.map((rate) => {
    const precision = precisionAt(rate, { recall, falseAlarms });
    return `${formatValue(precision, 'ratio')} where ${formatValue(rate, 'ratio')} are`;
  });
  return { ...finding, observed: `${finding.observed}; of the alarms right: ${worth.join(', ')}` };
}

/** Two cards from one address may be a couple; the third one within ten minutes gives a tester away. */
const cardsOfACouple = 2;
const memoryMs = 10 * 60_000;

/** Tests that can be told from honest purchases: nothing shows the first ones of an address. */
function testers(phase: Judged<Payments>): readonly Order[] {
  const latest = new Map<string, readonly number[]>();
  return answered(phase).filter(({ fraudKind, request: { device }, placedAtMs }) => {
    if (fraudKind !== 'card-testing' || device === undefined) return false;
    const before = (latest.get(device.address) ?? []).filter((ms) => ms > placedAtMs - memoryMs);
    latest.set(device.address, [...before, placedAtMs]);
    return before.length >= cardsOfACouple;
  });
}

const stolen = (phase: Judged<Payments>) =>
  answered(phase).filter(({ fraudKind }) => fraudKind === 'stolen-card');

/** What was planted, and what was found of it. */
export const fraudRules = only(({ fraud }) => fraud, {
  'testers-stopped': whereThereAre(
    testers,
    sampled(
      'who tests stolen cards is stopped by the third one: one address, many cards, small change',
      'planted test',
      (phase) => sampleOf(testers(phase)),
      { atLeast: 0.6, needs: payingNeeds },
    ),
  ),
  'stolen-cards-stopped': whereThereAre(
    stolen,
    sampled(
      'a stolen card is stopped: a large amount, from abroad, by an address that nobody knows',
      'stolen card',
      (phase) => sampleOf(stolen(phase)),
      { atLeast: 0.6, needs: payingNeeds },
    ),
  ),
  'honest-can-pay': sampled(
    'who is honest is not taken for a fraudster',
    'honest customer',
    (phase) => sampleOf(answered(phase).filter(({ fraudKind }) => fraudKind === undefined)),
    { atMost: 0.01, needs: payingNeeds },
  ),
});
