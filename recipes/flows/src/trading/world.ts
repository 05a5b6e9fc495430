import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { Order, Side } from './order.ts';
import { accounts, bull, instruments, type TradingTruth } from './services.ts';
import type { Command } from './venue.ts';
import { venueOptions } from './house-rules.ts';

/** When everything is worth less than at the opening, and how much. */
const newsMs = 40_000;
const ticksAfterNews = 9_300;

export interface Intent {
  readonly id: string;
  readonly instrument: string;
  readonly command: Command;
  readonly isInLimits: boolean;
  /** The button was pressed twice, or a gateway sent it again. */
  readonly isSentTwice: boolean;
}

/** What a trader wants, drawn from what the world knows and never from what the exchange says. */
export function drawIntent(truth: TradingTruth, index: number, atMs: number, draw: Random): Intent {
  const id = `command-${index + 1}`;
  const isSentTwice = draw.chance(0.12);
  const isBull = draw.chance(0.06);
  const account = isBull ? bull : draw.pick(accounts);
  const instrument = draw.pick(instruments);
  const wish = draw.next();
  const middle = atMs < newsMs ? venueOptions.openingTicks : ticksAfterNews;
  const priceTicks = middle + draw.integer(-30, 30);
  const quantity = draw.integer(1, 20);
  const earlier = truth.sent.get(`command-${draw.integer(Math.max(1, index - 40), index + 1)}`);
  if (!isBull && wish < 0.12 && earlier?.command.do === 'submit') {
    const owned = { account: earlier.command.order.account, orderId: earlier.command.order.id };
    const command: Command =
      wish < 0.08 ? { do: 'cancel', ...owned } : { do: 'replace', ...owned, quantity, priceTicks };
    // Whether the order is still there is the exchange's to say.
    return { id, instrument: earlier.instrument, command, isInLimits: false, isSentTwice };
  }
  if (isBull) {
    const order: Order = {
      id,
      account,
      side: 'buy',
      quantity: 400,
      kind: 'limit',
      priceTicks: middle + 40,
    };
    return { id, instrument, command: { do: 'submit', order }, isInLimits: false, isSentTwice };
  }
  const side: Side = draw.chance(atMs < newsMs ? 0.46 : 0.38) ? 'buy' : 'sell';
  const isTooLarge = wish > 0.98;
  const amount = isTooLarge ? 5_000 : quantity;
  const base = { id, account, side, quantity: amount };
  const order: Order =
    wish < 0.2
      ? { ...base, kind: 'market' }
      : {
          ...base,
          kind: wish < 0.27 ? 'ioc' : wish < 0.32 ? 'fok' : wish < 0.38 ? 'post-only' : 'limit',
          priceTicks,
        };
  const isInLimits = order.kind === 'limit' && !isTooLarge;
  return { id, instrument, command: { do: 'submit', order }, isInLimits, isSentTwice };
}

/** Sends a command until the exchange has taken it. */
export async function send(take: () => Promise<void>, isSentTwice: boolean): Promise<void> {
  const twin = isSentTwice ? settle(take()) : undefined;
  for (let press = 0; press < 15; press += 1) {
    const { kind } = await settle(take());
    if (kind === 'success') break;
    await sleep(2_000);
  }
  await twin;
}
