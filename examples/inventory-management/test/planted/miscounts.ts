import { type Bug, wired } from './plant.ts';

const on = { settings: { miscounts: true } } as const;

/** Bugs in how many are left for whom. */
export const miscountBugs: readonly Bug[] = [
  wired(
    {
      // So few that the last of them are sold, and not only held.
      settings: { miscounts: true, hotUnits: 20 },
      name: 'sells-to-the-last',
      flaw: 'what the books have is sold, to the last unit',
      breaks: ['last-units-are-kept', 'never-oversold'],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        reserve: (wish, options) => stock.reserve({ ...wish, keep: 0 }, options),
      },
    }),
  ),
  wired(
    {
      ...on,
      name: 'kept-by-everybody',
      flaw: 'the page keeps the last units, and the database keeps them once more',
      breaks: ['answers-are-true', 'carts-filled'],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        reserve: (wish, options) => stock.reserve({ ...wish, keep: 2 * (wish.keep ?? 0) }, options),
      },
    }),
  ),
];
