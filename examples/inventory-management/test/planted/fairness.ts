import { createShop, hardenedParts } from '../../src/implementations/hardened/shop.ts';
import { type Bug, week, wired } from './plant.ts';

const withBots = { settings: { bots: true } } as const;
const minute = 60_000;

/** Bugs in who may have how much of what everybody wants, and from when on. */
export const fairnessBugs: readonly Bug[] = [
  wired(
    {
      ...withBots,
      name: 'limit-of-a-cart',
      flaw: 'the limit is counted for each cart, and a bot has many of those',
      breaks: ['limit-is-kept', 'people-get-theirs'],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        reserve({ limit, ...wish }, options) {
          const { reservationId } = wish;
          const buyer = { account: reservationId, address: reservationId };
          return stock.reserve({ ...wish, limit: limit && { ...limit, buyer } }, options);
        },
      },
    }),
  ),
  wired(
    {
      ...withBots,
      name: 'limit-in-memory',
      flaw: 'who has how much is counted in the process, which forgets it in a crash',
      breaks: ['limit-is-kept', 'people-get-theirs'],
      faults: [{ kind: 'crash', service: 'app', fromMs: 2 * minute, toMs: 2 * minute + 500 }],
    },
    ({ stock }) => {
      const had = new Map<string, number>();
      const held = new Map<string, { readonly address: string; readonly quantity: number }>();
      return {
        stock: {
          ...stock,
          async reserve({ limit, ...wish }, options) {
            const { reservationId, quantity, productId } = wish;
            const address = `${productId} ${limit?.buyer.address}`;
            const before = had.get(address) ?? 0;
            if (limit === undefined || held.has(reservationId)) return stock.reserve(wish, options);
            if (before + quantity > limit.perAddress) {
              return { status: 'over-limit', level: await stock.read({ productId }, options) };
            }
            const result = await stock.reserve(wish, options);
            if (result.status !== 'held') return result;
            had.set(address, (had.get(address) ?? 0) + quantity);
            held.set(reservationId, { address, quantity });
            return result;
          },
          async end(ending, options) {
            const ended = await stock.end(ending, options);
            const holding = held.get(ending.reservationId);
            if (holding === undefined || ending.as === 'sold') return ended;
            held.delete(ending.reservationId);
            had.set(holding.address, (had.get(holding.address) ?? 0) - holding.quantity);
            return ended;
          },
        },
      };
    },
  ),
  wired(
    {
      ...withBots,
      name: 'limit-for-ever',
      flaw: 'what an account has held once counts for ever, also when it has expired',
      breaks: ['limit-is-the-reason'],
    },
    ({ stock }) => {
      const holders = new Set<string>();
      return {
        stock: {
          ...stock,
          async reserve(wish, options) {
            const { productId, limit, reservationId } = wish;
            const holder = `${productId} ${limit?.buyer.account}`;
            const { state } = await stock.find({ productId, reservationId }, options);
            if (limit !== undefined && state === undefined && holders.has(holder)) {
              return { status: 'over-limit', level: await stock.read({ productId }, options) };
            }
            const result = await stock.reserve(wish, options);
            if (result.status === 'held') holders.add(holder);
            return result;
          },
        },
      };
    },
  ),
  {
    name: 'held-in-the-cart',
    week,
    settings: { holdAtCheckout: true },
    flaw: 'that units are put aside at the checkout only is a setting that nobody reads',
    breaks: ['held-from-checkout', 'answers-are-true', 'carts-filled', 'nothing-locked-away'],
    create: (context) =>
      createShop(
        { ...context, settings: { ...context.settings, holdAtCheckout: false } },
        hardenedParts,
      ),
  },
  wired(
    {
      name: 'second-hold-of-nobody',
      flaw: 'who comes back late is held what is there, whatever the limit of the address',
      breaks: ['limit-is-kept'],
      settings: { bots: true, sharedAddresses: 2, holdAtCheckout: true },
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        reserve: ({ limit, ...wish }, options) =>
          wish.reservationId.endsWith('-again')
            ? stock.reserve(wish, options)
            : stock.reserve(limit === undefined ? wish : { ...wish, limit }, options),
      },
    }),
  ),
];
