import { type Hint, mostThrown, type OwnRun } from '@firedrill/core/workshop';
import { formatDuration, formatValue, plural } from '@firedrill/core/scenario';
import { receiptWithinMs } from 'payment-processing/src/rules.ts';
import type { Payments } from 'payment-processing/src/types.ts';

type Run = OwnRun<Payments>;

const count = (value: number): string => formatValue(value, 'count');

export function doubleCharge({ truth, clock }: Run): Hint {
  const charges = [...truth.gateways.charges.values()];
  const seen = new Map<string, (typeof charges)[number]>();
  const second = charges.find((charge) => {
    const isSecond = seen.has(charge.orderId);
    if (!isSecond) seen.set(charge.orderId, charge);
    return isSecond;
  });
  const first = second && seen.get(second.orderId);
  const { count: times, cents } = truth.gateways.doubleCharges;
  return {
    where:
      second === undefined || first === undefined
        ? 'No order was charged twice.'
        : `${second.orderId} was charged at ${clock(first.atMs)} as ${first.paymentId} and again at ${clock(second.atMs)} as ${second.paymentId}, $${(second.amountCents / 100).toFixed(2)} each time.`,
    why: `The gateway took both for payments of their own: it knows an attempt by its idempotency key alone, and the two keys differed. It happened ${plural(times, 'time')}, $${Math.round(cents / 100).toLocaleString('en-US')} in all. The customer's request carries the same key both times.`,
  };
}

export function slowPayments(run: Run): Hint {
  const { measured, seconds, figureAt, settings, clock, services } = run;
  const slow = seconds.find(({ values }) => (values.timeToPay.p50 ?? 0) > 1_000);
  const full = seconds.find(
    ({ values }) =>
      values.connectionsInUse >= settings.connections && values.connectionsWaiting > 0,
  );
  const calls = ['webhooks', 'analytics', 'audit', 'risk', 'notifications'];
  const held = calls.map((name) => `${name} ${count(services.get(name)?.calls ?? 0)}`).join(', ');
  const atMs = slow?.atMs ?? 0;
  return {
    where:
      slow === undefined
        ? `Half of the payments were quick in every second; the slowest hundredth took ${formatDuration(measured.timeToPay.worstWindow(99)?.value ?? 0)} in the worst five minutes.`
        : `From ${clock(atMs)} on, half of the payments took over a second: ${figureAt('connectionsInUse', atMs) ?? 0} of ${settings.connections} connections were in use, ${figureAt('sideCallsInFlight', atMs) ?? 0} side calls were under way.`,
    why: `${
      full === undefined
        ? 'The connections never ran out, so what the payment itself waits for is slow.'
        : `At ${clock(full.atMs)} all ${settings.connections} connections were in use and ${full.values.connectionsWaiting} payments waited for one.`
    } A payment lasts as long as all that it waits for, and a connection is held as long as the payment. Calls beside the card: ${held}.`,
  };
}

export function customersLost(run: Run): Hint {
  const { measured } = run;
  return {
    where: `${count(measured.gaveUp.total)} customers gave up, ${count(measured.timedOutAttempts.total)} attempts took longer than they wait, ${count(measured.connectionsRefused.last ?? 0)} found no connection.`,
    why: `${slowPayments(run).where} ${mostThrown(run)}`,
  };
}

export function unheard(run: Run): Hint {
  const first = run.thrown.find(({ via }) => via === 'unhandled');
  return {
    where:
      first === undefined
        ? `${count(run.unhandledRejections)} rejections had nobody to hear of them.`
        : `At ${run.clock(first.firstAtMs)} ${first.name} was rejected with nobody to hear of it${first.place === undefined ? '' : ` (${first.place})`}: ${first.message}.`,
    why: `A promise that is started and not awaited needs somebody who hears of its rejection: in Node each of the ${count(run.unhandledRejections)} would have ended the process, with all payments in it.`,
  };
}

export function leftBehind(run: Run): Hint {
  const { handlersLeft, connectionsLeft, unanswered, settledAtMs, figureAt, durationMs } = run;
  return {
    where: `At the end: ${plural(handlersLeft, 'handler')} still registered, ${plural(connectionsLeft, 'connection')} not given back, ${plural(unanswered, 'customer')} without an answer${Number.isFinite(settledAtMs) ? '' : ', and still at work half an hour after the last customer'}.`,
    why: `When the load ended ${figureAt('sideCallsInFlight', durationMs) ?? 0} side calls were under way. What is registered has to be taken back in close(), what is borrowed given back in every case, and what waits for more than can ever be done needs a bound.`,
  };
}

export function lostWebhook(run: Run): Hint {
  const { truth, clock, figureAt, settings } = run;
  const lost = truth.hearsay
    .undeliveredWebhooks()
    .filter(({ paymentId }) => truth.tables.open(paymentId)?.get('webhook')?.isDead !== true);
  const [first] = lost;
  const charge = first && truth.gateways.chargeOf(first.paymentId);
  if (charge === undefined) {
    return { where: 'No webhook was lost.', why: mostThrown(run) };
  }
  const sick = lost.filter(({ merchantId }) => truth.hearsay.isSick(merchantId)).length;
  const inFlight = figureAt('sideCallsInFlight', charge.atMs) ?? 0;
  const backlog = figureAt('backlog', charge.atMs);
  const state = truth.hearsay.isSick(charge.merchantId)
    ? 'hangs in this storm'
    : 'is well all the time';
  return {
    where: `The first webhook that was lost is that of ${charge.paymentId}, charged at ${clock(charge.atMs)}: ${charge.merchantId} ${state}. In that second ${inFlight} side calls were under way${backlog === undefined ? '' : `, and your backlog was ${backlog}`}. It stands neither with the merchant nor as a dead letter in the books.`,
    why: `${count(lost.length)} webhooks were lost, ${count(sick)} to merchants that hang and ${count(lost.length - sick)} to others. A call that hangs holds its worker for ${formatDuration(settings.webhookTimeoutMs)}; who comes meanwhile finds the queue full, and what fails is not tried again. ${mostThrown(run)}`,
  };
}

export function healthyWait(run: Run): Hint {
  const { measured, seconds, clock, settings } = run;
  const first = seconds.find(({ values }) => (values.webhookToHealthy.p99 ?? 0) > 2_000);
  return {
    where:
      first === undefined
        ? `No webhook to a merchant that is well was seen to wait; ${count(measured.webhookToHealthy.count)} arrived.`
        : `At ${clock(first.atMs)} a webhook to a merchant that is well took ${formatDuration(first.values.webhookToHealthy.p99 ?? 0)}.`,
    why: `Merchants that are well stand in line behind those that hang: each call to one of these holds a worker for up to ${formatDuration(settings.webhookTimeoutMs)}, and again with each try. Who has failed three times in a row need not be called, and what is tried again needs workers of its own.`,
  };
}

export function doubleCredit(run: Run): Hint {
  const { truth } = run;
  return {
    where: `${plural(truth.hearsay.doubleCredits, 'credit')} too many were written; ${plural(truth.hearsay.uncredited(), 'charge')} were never credited.`,
    why: `Of ${count(truth.gateways.charges.size)} charges some are reported twice, and late. A handler that writes what it is told writes it twice, and one whose statement fails writes it never. ${mostThrown(run)}`,
  };
}

export function lostInCrash(run: Run): Hint {
  const { truth, clock, faults } = run;
  const crashes = faults.filter(({ kind }) => kind === 'crash').map(({ fromMs }) => clock(fromMs));
  const begun = [...truth.gateways.charges.values()].filter(
    ({ paymentId }) => truth.tables.payments.get(paymentId)?.status !== 'captured',
  );
  const unaudited = truth.hearsay.unaudited();
  const [first] = begun;
  return {
    where: `The process crashed at ${crashes.join(', ')}. ${
      first === undefined
        ? 'Every charge stands in the books'
        : `${first.paymentId} was charged at ${clock(first.atMs)} and is not captured in the books`
    }; ${plural(unaudited, 'charge')} without an audit entry, ${plural(truth.hearsay.withoutReceipt(receiptWithinMs).length, 'customer')} without a receipt in time, ${count(truth.hearsay.undeliveredWebhooks().length)} merchants not told.`,
    why: `What was only in memory is gone: timers, queues, the list of what is under way. In the database ${plural(begun.length, 'charge')} ${begun.length === 1 ? 'stands' : 'stand'} as begun and ${plural(truth.hearsay.undeliveredWebhooks().length, 'webhook')} as open, and nobody asks for them.`,
  };
}
