import type { ReplayCache } from '../replay/replay-cache.ts';
import { OrderBook } from './order-book.ts';
import type { BookEvent, BookSnapshot, Order } from './order.ts';
import { PreTradeRisk, type RiskLimits, type RiskRefusal } from './pre-trade-risk.ts';
import { VolatilityGuard, type VolatilityLimits } from './volatility-guard.ts';

export type Command =
  | { readonly do: 'submit'; readonly order: Order }
  | { readonly do: 'cancel'; readonly account: string; readonly orderId: string }
  | {
      readonly do: 'replace';
      readonly account: string;
      readonly orderId: string;
      readonly quantity: number;
      readonly priceTicks: number;
    };

export type VenueEvent =
  | BookEvent
  | {
      readonly type: 'command.refused';
      readonly orderId: string;
      readonly reason: RiskRefusal | 'halted' | 'not-yours';
    }
  | { readonly type: 'trading.halted'; readonly atMs: number; readonly untilMs: number };

export interface VenueOptions {
  readonly limits: RiskLimits;
  readonly volatility: VolatilityLimits;
  /** Price before the first trade. */
  readonly openingTicks: number;
}

/** How fast time goes while it is ahead of the clock: slow enough to be caught up with, too fast to be felt. */
const slewed = 0.9;

/**
 * Where one instrument is traded: risk before the book, the book, and the guard after it. A state
 * machine of commands and times: the log of its commands makes the same venue again.
 */
export class Venue {
  readonly #book = new OrderBook();
  readonly #risk: PreTradeRisk;
  readonly #guard: VolatilityGuard;
  #nowMs = 0;
  /** What the clock said when it was read last. */
  #clockMs = Infinity;

  constructor({ limits, volatility, openingTicks }: VenueOptions) {
    this.#risk = new PreTradeRisk(limits);
    this.#guard = new VolatilityGuard(volatility, openingTicks, 0);
  }

  /**
   * The time at which a command that comes now is taken: it never goes back, whatever a clock does. One that
   * was ahead and is put back is waited for at most of its speed: were time to stand, all orders of that
   * while would have come within one second.
   */
  timeOf(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#clockMs);
    this.#clockMs = nowMs;
    return Math.max(nowMs, this.#nowMs + slewed * passedMs);
  }

  /** @param atMs as `timeOf` says. */
  apply(command: Command, atMs: number): readonly VenueEvent[] {
    this.#nowMs = atMs;
    const orderId = command.do === 'submit' ? command.order.id : command.orderId;
    const reason = this.#refusal(command, atMs);
    if (reason) return [{ type: 'command.refused', orderId, reason }];
    const events = this.#run(command, atMs);
    let withHalts: VenueEvent[] | undefined;
    for (const [index, event] of events.entries()) {
      this.#risk.apply(event);
      withHalts?.push(event);
      if (event.type === 'trade.executed' && this.#guard.onTrade(event.priceTicks, atMs)) {
        withHalts ??= events.slice(0, index + 1);
        withHalts.push({ type: 'trading.halted', atMs, untilMs: this.#guard.haltedUntilMs });
      }
    }
    return withHalts ?? events;
  }

  snapshot(): BookSnapshot {
    return this.#book.snapshot();
  }

  #refusal(command: Command, atMs: number): RiskRefusal | 'halted' | 'not-yours' | undefined {
    if (command.do !== 'submit') {
      const owner = this.#book.accountOf(command.orderId);
      if (owner !== undefined && owner !== command.account) return 'not-yours';
    }
    // Whoever wants out may leave, whatever else is stopped.
    if (command.do === 'cancel') return undefined;
    if (this.#guard.isHalted(atMs)) return 'halted';
    const referenceTicks = this.#guard.referenceTicks(atMs);
    if (command.do === 'submit') return this.#risk.check(command.order, referenceTicks, atMs);
    const { orderId, quantity, priceTicks } = command;
    return this.#risk.checkReplacement(orderId, quantity, priceTicks, referenceTicks, atMs);
  }

  #run(command: Command, atMs: number): readonly BookEvent[] {
    switch (command.do) {
      case 'submit': {
        const { order } = command;
        if (order.kind !== 'market') return this.#book.submit(order);
        const reference = this.#guard.referenceTicks(atMs);
        const priceTicks = this.#risk.protectionTicks(order.side, reference);
        return this.#book.submit({ ...order, kind: 'ioc', priceTicks });
      }
      case 'cancel':
        return this.#book.cancel(command.orderId);
      case 'replace':
        return this.#book.replace(command.orderId, command.quantity, command.priceTicks);
      default:
        return command satisfies never;
    }
  }
}

/** A command as it was taken. */
export interface LoggedCommand {
  readonly id: string;
  readonly command: Command;
  readonly atMs: number;
}

/** What makes a venue again from its log. */
export type ReplayedVenue = Pick<Venue, 'apply' | 'timeOf'>;

export type VenueCache = ReplayCache<ReplayedVenue, LoggedCommand>;
