import { settle, sleep, withPatience } from '@firedrill/core/resilience';
import type { Counter, Measure, Visit } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import {
  type Cart,
  type CartAnswer,
  type Order,
  type OrderAnswer,
  priceOf,
  type Product,
} from './domain.ts';
import { visitBots } from './clients/bots.ts';
import { drawBuyer } from './clients/buyers.ts';
import { measures } from './measurements.ts';
import { hotCount, productId } from './services/catalogue.ts';
import type { Settings } from './settings.ts';
import type { Inventory } from './types.ts';

type ShopVisit = Visit<Inventory>;

/** A shopper, and whoever comes with the crowd. */
export async function visitShop(arrived: ShopVisit): Promise<void> {
  // Neither the keeper nor the mover is a shop.
  const { replicas, reshard } = arrived.context.settings;
  const visit = replicas || reshard ? { ...arrived, system: arrived.at(0) } : arrived;
  if (!visit.context.settings.bots) return visitAsShopper(visit);
  await Promise.all([visitAsShopper(visit), visitBots(visit)]);
}

/**
 * One shopper: puts something in the cart, thinks, and then buys it, takes it out again, or goes away
 * without a word. A button that does not answer in time is pressed again, with the same id; the
 * attempt that was given up goes on in the system: nobody tells it to stop. Some of those who have left
 * without an answer to their order come back, and press again.
 */
async function visitAsShopper(visit: ShopVisit): Promise<void> {
  const { context, truth, system, arrival } = visit;
  const { meter, elapsedMs } = context;
  const plan = planVisit(visit);
  const { cart } = plan;
  meter.count(measures.carts);

  truth.cartWanted(cart);
  const inCart = await press(visit, measures.cartsAnswered, () => system.addToCart(cart));
  truth.cartAnswered(cart, inCart);
  meter.record(measures.timeToFill, elapsedMs() - arrival.atMs);
  if (inCart === undefined) return;
  if (inCart.status !== 'in-cart') {
    if (inCart.status === 'sold-out') meter.count(measures.soldOut);
    return;
  }
  if (plan.intent === 'abandon') return;
  await sleep(plan.thinkMs);
  if (plan.intent === 'remove') {
    truth.cartEmptying(cart);
    const { kind } = await settle(system.removeFromCart(cart));
    if (kind === 'success') truth.cartEmptied(cart);
    else meter.count(measures.failedAttempts);
    return;
  }

  const order: Order = { orderId: plan.orderId, cart, amountCents: plan.amountCents };
  const pressedMs = elapsedMs();
  truth.orderPlaced(order);
  meter.count(measures.orders);
  const answer = await press(visit, measures.ordersAnswered, () =>
    truth.whileInFlight(system.buy(order)),
  );
  truth.orderAnswered(order, answer);
  meter.record(measures.timeToBuy, elapsedMs() - pressedMs);
  if (answer !== undefined) {
    meter.count(answer.status === 'refused' ? measures.refused : measures.bought);
    return;
  }
  const { returnShare } = context.settings;
  if (returnShare === 0 || !context.random('who comes back').chance(returnShare)) return;
  await sleep(backAfterMs);
  const told = truth.cameBack(order);
  // Counted among those who went away without an answer, and left there.
  told(await press(visit, undefined, () => truth.whileInFlight(system.buy(order))));
}

/** How long a shopper is away who comes back. */
const backAfterMs = 120_000;

/** How long a shopper looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** Presses a button until there is an answer; `undefined` when the shopper gives up. */
async function press<Answer extends CartAnswer | OrderAnswer>(
  { context }: ShopVisit,
  answered: Measure<Counter> | undefined,
  send: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const { meter, settings, elapsedMs } = context;
  const pressedMs = elapsedMs();
  for (let attempt = 1; attempt <= settings.shopperAttempts; attempt += 1) {
    meter.count(measures.presses);
    if (attempt > 1) meter.count(measures.retries);
    const outcome = await withPatience(send(), settings.shopperTimeoutMs);
    if (outcome.kind === 'answered') {
      if (answered !== undefined) meter.count(answered, 1, pressedMs);
      return outcome.answer;
    }
    const isFailed = outcome.kind === 'failed';
    meter.count(isFailed ? measures.failedAttempts : measures.timedOutAttempts);
    if (isFailed) await sleep(pauseBeforeRetryMs);
  }
  meter.count(measures.gaveUp);
  return undefined;
}

interface Plan {
  readonly cart: Cart;
  readonly orderId: string;
  readonly amountCents: number;
  readonly intent: 'buy' | 'remove' | 'abandon';
  readonly thinkMs: number;
}

/** Time between the cart and the checkout. */
const thinking = { p50: 10_000, p99: 40_000 };

/** When those come back who buy late: so long after the hold of their cart has ended. */
const lateFromMs = 60_000;
export const lateToMs = 5 * 60_000;

/** Weights are whole numbers of this size, so that no platform rounds their sums differently. */
const weightOfAll = 1e9;

const demands = new WeakMap<readonly Product[], number[]>();

/**
 * The product that the next shopper wants. The demand has two layers: `hotShare` of it goes to the hot
 * products, each wanted equally; the rest is spread by a Zipf law, the k-th with a weight of 1 / k.
 */
function drawProduct(products: readonly Product[], settings: Settings, random: Random): Product {
  let cumulative = demands.get(products);
  if (cumulative === undefined) {
    cumulative = demandFor(products, settings);
    demands.set(products, cumulative);
  }
  const product = products[random.weightedIndex(cumulative)];
  if (product === undefined) throw new RangeError('Failed to draw a product: there is none.');
  return product;
}

function demandFor(products: readonly Product[], settings: Settings): number[] {
  const { hotShare } = settings;
  const hot = hotCount(settings);
  const zipfSum = products.slice(hot).reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  let sum = 0;
  return products.map(({ isHot }, index) => {
    const weight = isHot ? hotShare / hot : (1 - hotShare) / zipfSum / (index - hot + 1);
    sum += Math.round(weightOfAll * weight);
    return sum;
  });
}

/** What the field of a recorded arrival should be, when it is not usable. */
export function traceFieldRemedy(
  field: string,
  text: string,
  { products }: Settings,
): string | undefined {
  if (field === 'quantity') {
    const isQuantity = /^[1-9]\d{0,3}$/.test(text);
    return isQuantity ? undefined : 'Use a whole number of units from 1 to 9999.';
  }
  const place = Number(/^p-(\d{3,})$/.exec(text)?.[1] ?? 0);
  const isProduct = place >= 1 && place <= products;
  return isProduct ? undefined : `Use a product from ${productId(1)} to ${productId(products)}.`;
}

function planVisit(visit: ShopVisit): Plan {
  const { context, truth, arrival } = visit;
  const { settings } = context;
  const { abandonShare, removeShare, lateShare, oldPriceShare, pairShare, holdMinutes } = settings;
  const holdMs = 60_000 * holdMinutes;
  const random = context.random('shoppers');
  const { fields = {} } = arrival;
  const { catalogue } = truth;
  const drawn = drawProduct(catalogue.all, settings, random);
  const product = catalogue.byId(fields['product'] ?? drawn.id) ?? drawn;
  const quantity = Number(fields['quantity'] ?? (random.chance(pairShare) ? 2 : 1));
  const mood = random.next();
  const isLate = random.chance(lateShare);
  const thinkMs = random.logNormal(thinking);
  const lateMs = random.integer(holdMs + lateFromMs, holdMs + lateToMs);
  const hasOldPrice = context.random('pages').chance(oldPriceShare);
  const number = arrival.index + 1;
  const buyer = drawBuyer(visit);
  const cart = {
    cartId: `cart-${number}`,
    productId: product.id,
    quantity,
    ...(buyer && { buyer }),
  };
  const price = priceOf(product, cart);
  return {
    cart,
    orderId: `order-${number}`,
    // A page that was opened before the sale, or a request that somebody has edited.
    amountCents: hasOldPrice ? Math.floor(price / 2) : price,
    intent: mood < abandonShare ? 'abandon' : mood < abandonShare + removeShare ? 'remove' : 'buy',
    thinkMs: isLate ? lateMs : thinkMs,
  };
}
