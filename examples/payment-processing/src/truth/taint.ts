import type { WorldContext } from '@firedrill/core/scenario';
import type { Service } from '@firedrill/core/services';
import { type Card, luhnDigit } from '../domain/cards.ts';
import type { Payments } from '../types.ts';

/** Every card that was typed in, and where else it has been seen. */
export interface Taint {
  /** Deals a card that nobody else has. */
  deal(): Card;
  /** Looks for cards in what somebody was sent or told. */
  look(where: string, what: unknown): void;
  /** The same service; what it is sent is looked at first. */
  watched<Watched extends Service>(service: Watched): Watched;
  /** Times that a number or a code was seen where it must not be. */
  readonly seen: number;
}

/** Digits of the cards that are dealt. */
const panDigits = 16;

export function createTaint({ settings, random, violate }: WorldContext<Payments>): Taint {
  const pans = new Set<string>();
  let seen = 0;

  function found(where: string, what: string): void {
    seen += 1;
    violate('no-card-data', `${what} is seen in ${where}`);
  }

  function look(where: string, what: unknown, key = ''): void {
    if (typeof what === 'object' && what !== null) {
      for (const [name, value] of Object.entries(what)) look(where, value, name);
      return;
    }
    if (typeof what !== 'string') return;
    if (key === 'cvv') found(where, 'a security code');
    if (what.length < panDigits) return;
    for (const [digits] of what.matchAll(/\d{16}/g)) {
      if (pans.has(digits)) found(where, 'a card number');
    }
  }

  return {
    deal() {
      const digits = `400000${String(random('cards').integer(0, 999_999_999)).padStart(9, '0')}`;
      const pan = `${digits}${luhnDigit(digits)}`;
      pans.add(pan);
      return { pan, cvv: String(random('cards').integer(100, 999)) };
    },
    look: (where, what) => {
      if (settings.cards) look(where, what);
    },
    watched(service) {
      if (!settings.cards) return service;
      const operations = Object.entries(service.operations).map(([name, operation]) => [
        name,
        {
          ...operation,
          handle: (...args: Parameters<typeof operation.handle>) => {
            look(`${service.name}.${name}`, args[0]);
            return operation.handle(...args);
          },
        },
      ]);
      return { ...service, operations: Object.fromEntries(operations) };
    },
    get seen() {
      return seen;
    },
  };
}
