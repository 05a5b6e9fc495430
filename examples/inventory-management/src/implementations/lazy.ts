import { lazySystems } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';
import { hardened } from './5-hardened.ts';

/** Longer than three presses and the looks at the errors between them. */
const tooLateMs = 60_000;

/** Shops that do as little as they can get away with. */
export const lazy = lazySystems<Inventory>({
  repaired: hardened,
  tooLateMs,
  refuse: () => ({
    addToCart: async () => ({ status: 'sold-out' }),
    removeFromCart: async () => {},
    buy: async () => ({ status: 'refused', reason: 'sold-out' }),
    close: async () => {},
  }),
  sayYes: () => ({
    addToCart: async () => ({ status: 'in-cart' }),
    removeFromCart: async () => {},
    buy: async () => ({ status: 'confirmed' }),
    close: async () => {},
  }),
  breaks: {
    'refuses-everybody': [
      'answers-are-true',
      'carts-filled',
      'orders-served',
      'downstreams-know-soon',
    ],
    'says-yes': [
      'answers-are-true',
      'orders-served',
      'cart-is-kept',
      'confirmed-is-complete',
      'confirmation-mailed',
      'downstreams-know-soon',
    ],
    'first-hundred': [
      'answers-are-true',
      'cart-ends-as-told',
      'carts-filled',
      'orders-served',
      'nothing-locked-away',
      'cart-is-kept',
    ],
    'too-late': [
      'carts-filled',
      'orders-served',
      'reservation-p99',
      'pressed-once',
      'shoppers-answered',
    ],
    'drops-every-tenth': [
      'answers-are-true',
      'cart-ends-as-told',
      'carts-filled',
      'orders-served',
      'nothing-locked-away',
      'cart-is-kept',
      'confirmed-is-complete',
      'confirmation-mailed',
    ],
  },
});
