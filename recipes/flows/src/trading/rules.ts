import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Exchange } from './example.ts';
import { ModelBook } from './model-book.ts';
import { rebuildBook } from './rebuild-book.ts';
import { accounts, bull, endowment, instruments, type JournalEntry } from './services.ts';
import { venueOptions } from './house-rules.ts';
import type { VenueEvent } from './venue.ts';

type Phase = Judged<Exchange>;
type TradeEvent = Extract<VenueEvent, { type: 'trade.executed' }>;

const { defineRules, invariant, usefulWork } = ruleWords<Exchange>();

/** The entries of an instrument that are there, in their order. */
const journalOf = ({ truth }: Phase, instrument: string): readonly JournalEntry[] =>
  (truth.journal.get(instrument) ?? []).filter((entry) => entry !== undefined);

const entriesOf = (phase: Phase): readonly JournalEntry[] =>
  instruments.flatMap((instrument) => journalOf(phase, instrument));

const tradesOf = (entries: readonly JournalEntry[]): readonly TradeEvent[] =>
  entries.flatMap(({ events }) => events.filter((event) => event.type === 'trade.executed'));

/** Commands that the journal has more than once. */
export function doubleOrders(phase: Phase): number {
  const entries = entriesOf(phase);
  return entries.length - new Set(entries.map(({ instrument, id }) => `${instrument} ${id}`)).size;
}

/** Trades that were not settled, and settlements beyond the first. */
export function wrongSettlements(phase: Phase): { missing: number; surplus: number } {
  const { settled } = phase.truth;
  let missing = 0;
  let surplus = 0;
  const known = new Set<string>();
  for (const instrument of instruments) {
    for (const { trade } of tradesOf(journalOf(phase, instrument))) {
      const tradeId = `${instrument}-${trade}`;
      known.add(tradeId);
      if (!settled.has(tradeId)) missing += 1;
    }
  }
  for (const [tradeId, times] of settled) surplus += known.has(tradeId) ? times - 1 : times;
  return { missing, surplus };
}

/** Fills that left an account with more than it may own or owe. */
export function fillsBeyondRisk(phase: Phase): number {
  let beyond = 0;
  for (const instrument of instruments) {
    const position = new Map<string, number>();
    const add = (account: string, by: number): void => {
      const shares = (position.get(account) ?? 0) + by;
      position.set(account, shares);
      if (Math.abs(shares) > venueOptions.limits.maxPosition && shares * by > 0) beyond += 1;
    };
    for (const { buyer, seller, quantity } of tradesOf(journalOf(phase, instrument))) {
      add(buyer, quantity);
      add(seller, -quantity);
    }
  }
  return beyond;
}

/** Where the journal and the slow model, given the same commands, disagree. */
function unlikeTheModel(phase: Phase): number {
  let unlike = 0;
  for (const instrument of instruments) {
    const model = new ModelBook();
    const log: VenueEvent[] = [];
    for (const { command, events } of journalOf(phase, instrument)) {
      log.push(...events);
      const [first] = events;
      const before = model.fills.length;
      if (first?.type === 'order.accepted' && command.do === 'submit') {
        const { orderId: id, priceTicks } = first;
        const { order } = command;
        // A market order is one that fills at once or not, at the price that protects it.
        if (order.kind === 'market' && priceTicks !== undefined) {
          model.submit({ ...order, id, kind: 'ioc', priceTicks });
        } else model.submit({ ...order, id });
      } else if (first?.type === 'order.replaced') {
        model.replace(first.orderId, first.quantity, first.priceTicks);
      } else if (first?.type === 'order.cancelled') model.cancel(first.orderId);
      const fills = model.fills
        .slice(before)
        .map(({ maker, taker, price, quantity }) => `${maker} ${taker} ${price} ${quantity}`);
      const traded = events.flatMap((event) =>
        event.type === 'trade.executed'
          ? [`${event.makerId} ${event.takerId} ${event.priceTicks} ${event.quantity}`]
          : [],
      );
      if (fills.join() !== traded.join()) unlike += 1;
    }
    const book = rebuildBook(
      log.filter((event) => event.type !== 'command.refused' && event.type !== 'trading.halted'),
    );
    const resting = { buy: model.resting('buy'), sell: model.resting('sell') };
    if (JSON.stringify(book) !== JSON.stringify(resting)) unlike += 1;
  }
  return unlike;
}

/** Accounts whose shares or cash at the clearing house are not what the journal makes them. */
function wrongHoldings(phase: Phase): number {
  let wrong = 0;
  const cash = new Map<string, number>();
  for (const instrument of instruments) {
    const shares = new Map<string, number>();
    for (const { buyer, seller, quantity, priceTicks } of tradesOf(journalOf(phase, instrument))) {
      shares.set(buyer, (shares.get(buyer) ?? 0) + quantity);
      shares.set(seller, (shares.get(seller) ?? 0) - quantity);
      cash.set(buyer, (cash.get(buyer) ?? 0) - quantity * priceTicks);
      cash.set(seller, (cash.get(seller) ?? 0) + quantity * priceTicks);
    }
    for (const account of [...accounts, bull]) {
      const held = phase.truth.ledger.sharesOf(account, instrument);
      if (held !== endowment.shares + (shares.get(account) ?? 0)) wrong += 1;
    }
  }
  for (const account of [...accounts, bull]) {
    const held = phase.truth.ledger.cashOf(account);
    if (held !== endowment.cash + (cash.get(account) ?? 0)) wrong += 1;
  }
  return wrong;
}

function tradesInHalts(phase: Phase): number {
  let inHalts = 0;
  for (const instrument of instruments) {
    let untilMs = -Infinity;
    for (const { atMs, events } of journalOf(phase, instrument)) {
      if (atMs < untilMs) inHalts += events.filter(({ type }) => type === 'trade.executed').length;
      for (const event of events) {
        if (event.type === 'trading.halted') ({ untilMs } = event);
      }
    }
  }
  return inHalts;
}

/** Commands that came while trading was halted, as the journal says. */
function haltedCommands(phase: Phase): ReadonlySet<string> {
  const halted = new Set<string>();
  for (const instrument of instruments) {
    let untilMs = -Infinity;
    for (const { id, atMs, events } of journalOf(phase, instrument)) {
      if (atMs < untilMs) halted.add(id);
      for (const event of events) {
        if (event.type === 'trading.halted') ({ untilMs } = event);
      }
    }
  }
  return halted;
}

/** Commands whose trader has an answer that the journal does not have, and holes in the journal. */
function notInJournal(phase: Phase): number {
  const kept = new Set(entriesOf(phase).map(({ id }) => id));
  const answered = [...phase.truth.sent].filter(([, { answer }]) => answer !== undefined);
  const holes = instruments.reduce((sum, instrument) => {
    const { length } = phase.truth.journal.get(instrument) ?? [];
    return sum + length - journalOf(phase, instrument).length;
  }, 0);
  return holes + answered.filter(([id]) => !kept.has(id)).length;
}

/** What must be true of an exchange, whoever builds it. */
export const rules = defineRules({
  'orders-once': invariant('a command that comes twice is one', 'double command', doubleOrders),
  'price-time': invariant(
    'the best price trades first, and at one price whoever came first, as in the model',
    'difference',
    unlikeTheModel,
  ),
  'within-risk': invariant(
    'no fill takes an account beyond its position limit',
    'excess fill',
    fillsBeyondRisk,
  ),
  'no-trade-in-halt': invariant('nothing trades while trading is halted', 'trade', tradesInHalts),
  'settled-once': invariant('every trade is settled, once', 'wrong settlement', (phase) => {
    const { missing, surplus } = wrongSettlements(phase);
    return { count: missing + surplus, detail: `${missing} missing, ${surplus} too many` };
  }),
  conservation: invariant(
    'shares and cash at the clearing house are what was traded, to the last one',
    'wrong holding',
    wrongHoldings,
  ),
  'journal-complete': invariant(
    'whatever a trader was told stands in the journal, and it has no hole',
    'missing entry',
    notInJournal,
  ),
  'orders-accepted': usefulWork(
    'an order within its limits is accepted within a second, unless trading is halted',
    'order',
    (phase) => {
      const halted = haltedCommands(phase);
      const due = [...phase.truth.sent].filter(
        ([id, { isInLimits, sentMs }]) => isInLimits && phase.isJudged(sentMs) && !halted.has(id),
      );
      const done = due.filter(
        ([, { answer, answeredMs = Infinity, sentMs }]) =>
          answer === 'accepted' && answeredMs - sentMs < 1_000,
      );
      return { done: done.length, due: due.length };
    },
    { atLeast: 0.99, needs: ['app', 'traders'] },
  ),
});

export const haltsOf = (phase: Phase): number =>
  entriesOf(phase)
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'trading.halted').length;
