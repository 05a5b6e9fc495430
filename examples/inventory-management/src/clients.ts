import { sleep } from '@firedrill/core/resilience';
import { type Visit, withPatience } from '@firedrill/core/scenario';
import { productId } from './catalogue.ts';
import type { Cart, CartAnswer, Order, OrderAnswer } from './domain.ts';
import type { Settings } from './settings.ts';
import type { InventorySystem } from './system.ts';
import type { World } from './world.ts';

type ShopVisit = Visit<Settings, World, InventorySystem>;

/**
 * One shopper: puts something in the cart, thinks, and then buys it, takes it out again, or goes away
 * without a word. A button that does not answer in time is pressed again, with the same id; the
 * attempt that was given up goes on in the system: nobody tells it to stop.
 */
export async function visitShop(visit: ShopVisit): Promise<void> {
  const { context, world, system, arrival } = visit;
  const { meter, elapsedMs } = context;
  const plan = planVisit(visit);
  const { cart } = plan;
  meter.count('carts');

  const inCart = await press(visit, 'cart', () => system.addToCart(cart));
  meter.time('reservation', elapsedMs() - arrival.atMs);
  if (inCart === undefined) return;
  if (inCart.status === 'sold-out') {
    meter.count('soldOut');
    return;
  }
  if (plan.intent === 'abandon') return;
  await sleep(plan.thinkMs);
  if (plan.intent === 'remove') {
    await system.removeFromCart(cart).catch(() => meter.count('failedAttempts'));
    return;
  }

  const order: Order = { orderId: plan.orderId, cart, amountCents: plan.amountCents };
  const pressedMs = elapsedMs();
  world.services.truth.orderPlaced(order);
  meter.count('orders');
  const answer = await press(visit, 'order', () => tracked(world, system.buy(order)));
  meter.time('order', elapsedMs() - pressedMs);
  if (answer === undefined) world.services.truth.shopperLeft(order.orderId);
  else {
    world.services.truth.shopperTold(order.orderId, answer);
    meter.count(answer.status === 'confirmed' ? 'bought' : 'refused');
  }
}

/** How long a shopper looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** Presses a button until there is an answer; `undefined` when the shopper gives up. */
async function press<Answer extends CartAnswer | OrderAnswer>(
  { context }: ShopVisit,
  button: 'cart' | 'order',
  send: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const { meter, settings } = context;
  for (let attempt = 1; attempt <= settings.shopperAttempts; attempt += 1) {
    meter.count('presses');
    if (attempt > 1) meter.count('retries');
    const outcome = await withPatience(send(), settings.shopperTimeoutMs);
    if (outcome.kind === 'answered') {
      meter.count(button === 'cart' ? 'cartsAnswered' : 'ordersAnswered');
      return outcome.answer;
    }
    meter.count(outcome.kind === 'failed' ? 'failedAttempts' : 'timedOutAttempts');
    if (outcome.kind === 'failed') await sleep(pauseBeforeRetryMs);
  }
  meter.count('gaveUp');
  return undefined;
}

function tracked<Answer>({ orderStarted }: World, attempt: Promise<Answer>): Promise<Answer> {
  return attempt.finally(orderStarted());
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

/** When those come back who buy late: after the hold of an ordinary cart has ended. */
const lateFromMs = 16 * 60_000;
const lateToMs = 20 * 60_000;

/** Share of the carts with two units in them. */
export const pairShare = 0.2;

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

function planVisit({ context, world, arrival }: ShopVisit): Plan {
  const { abandonShare, removeShare, lateShare } = context.settings;
  const random = world.shoppers;
  const { fields = {} } = arrival;
  const { catalogue } = world.services;
  const drawn = catalogue.draw(random);
  const product = catalogue.byId(fields['product'] ?? drawn.id) ?? drawn;
  const quantity = Number(fields['quantity'] ?? (random.chance(pairShare) ? 2 : 1));
  const mood = random.next();
  const isLate = random.chance(lateShare);
  const thinkMs = random.logNormal(thinking);
  const lateMs = random.integer(lateFromMs, lateToMs);
  const number = arrival.index + 1;
  return {
    cart: { cartId: `cart-${number}`, productId: product.id, quantity },
    orderId: `order-${number}`,
    amountCents: product.priceCents * quantity,
    intent: mood < abandonShare ? 'abandon' : mood < abandonShare + removeShare ? 'remove' : 'buy',
    thinkMs: isLate ? lateMs : thinkMs,
  };
}
