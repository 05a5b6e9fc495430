import type { InventorySystem } from '../../system.ts';

/** What a shopper hears from a process, or a part, that is no shop. */
export function noShop(what: string): Omit<InventorySystem, 'close'> {
  const notHere = async (): Promise<never> => {
    throw new Error(`Failed to serve a shopper: this is ${what}. Ask the process "app".`);
  };
  return { addToCart: notHere, removeFromCart: notHere, buy: notHere };
}
