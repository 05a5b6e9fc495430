import { host } from '#host';

/** A stack with its places in the sources, where what runs is a bundle of them. */
export function sourceStack(stack: string): string {
  return host.sourceStack(stack);
}
