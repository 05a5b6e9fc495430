import { sleep, withPatience } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Cart } from '../domain.ts';
import { hotCount, productId } from '../services/catalogue.ts';
import type { Inventory } from '../types.ts';

/** Whoever runs bots is there before the people: one more with every fourth of these arrivals, eight in all. */
const firstArrival = 20;
const arrivalsApart = 4;
const operators = 8;

/** Accounts of one operator, at so many addresses; each wants so many units. */
const accounts = 40;
const addresses = 2;
const quantity = 2;

/** Between two clicks: nobody with a hand is so quick. */
const clickEveryMs = 50;

/** A hold that has expired is asked for once more, so soon after. */
const holds = 2;
const againAfterMs = 1_000;

/** Who is refused asks so often, and so long after. */
const tries = 4;
const retryAfterMs = 30_000;

/** How long a bot may ask in vain. */
export const botTriesMs = (tries - holds) * retryAfterMs;

/**
 * Bots that fill carts with hot units, buy none, and fill them again when the holds have expired: whoever runs
 * them sells the same goods elsewhere, or wants nobody to have them.
 */
export async function visitBots(visit: Visit<Inventory>): Promise<void> {
  const operator = (visit.arrival.index - firstArrival) / arrivalsApart;
  if (!Number.isInteger(operator) || operator < 0 || operator >= operators) return;
  await Promise.all(
    Array.from({ length: accounts }, async (_, account) => {
      await sleep(clickEveryMs * account);
      await holdAndLeave(visit, operator, account);
    }),
  );
}

async function holdAndLeave(
  { context, truth, system }: Visit<Inventory>,
  operator: number,
  account: number,
): Promise<void> {
  const { settings } = context;
  const buyer = {
    account: `bot-${operator}-${account}`,
    address: `den-${operator}-${account % addresses}`,
  };
  let held = 0;
  for (let attempt = 1; attempt <= tries && held < holds; attempt += 1) {
    const cart: Cart = {
      cartId: `${buyer.account}-${attempt}`,
      productId: productId(1 + (operator % hotCount(settings))),
      quantity,
      buyer,
    };
    truth.cartWanted(cart, true);
    const outcome = await withPatience(system.addToCart(cart), settings.shopperTimeoutMs);
    const answer = outcome.kind === 'answered' ? outcome.answer : undefined;
    truth.cartAnswered(cart, answer);
    const isHeld = answer?.status === 'in-cart';
    if (isHeld) held += 1;
    await sleep(isHeld ? 60_000 * settings.holdMinutes + againAfterMs : retryAfterMs);
  }
}
