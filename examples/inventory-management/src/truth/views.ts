import type { Product, StockLevel, StockUpdate } from '../domain.ts';

/** What each downstream service believes of the stock. */
export interface Views {
  /** A service was told what is available. */
  told(service: string, update: StockUpdate): void;
  /** What is available has changed. */
  changed(level: StockLevel): void;
  /** Products of which a service believes something else than the stock says, over all services. */
  wrong(): number;
  readonly updates: number;
  /** Headlines that say something else than the update with which they came. */
  readonly falseHeadlines: number;
}

interface View {
  available: number;
  version: number;
  /** Since when it differs from the stock; `undefined` while it does not. */
  wrongSinceMs: number | undefined;
}

export interface ViewsOptions {
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly elapsedMs: () => number;
  /** A service knows again, or for the first time, what it had wrong since then. */
  readonly onRight: (service: string, sinceMs: number) => void;
}

export function createViews({ products, services, elapsedMs, onRight }: ViewsOptions): Views {
  const stock = new Map(products.map(({ id, units }) => [id, units]));
  const views = new Map(
    services.map((name) => [
      name,
      new Map(
        products.map(({ id, units }): [string, View] => [
          id,
          { available: units, version: 0, wrongSinceMs: undefined },
        ]),
      ),
    ]),
  );
  const nameOf = new Map(products.map(({ id, name }) => [id, name.toLowerCase()]));
  let wrong = 0;
  let updates = 0;
  let falseHeadlines = 0;

  /** Whether a headline names the product, and says how many are left, or that it is sold out. */
  function isTrue(text: string, productId: string, available: number): boolean {
    const says = text.toLowerCase();
    const left = available > 0 ? ` ${available} left` : 'sold out';
    return says.includes(left) && says.includes(nameOf.get(productId) ?? '?');
  }

  function compare(service: string, view: View, available: number): void {
    const isWrong = view.available !== available;
    if (isWrong === (view.wrongSinceMs !== undefined)) return;
    if (isWrong) {
      wrong += 1;
      view.wrongSinceMs = elapsedMs();
      return;
    }
    wrong -= 1;
    const sinceMs = view.wrongSinceMs ?? 0;
    view.wrongSinceMs = undefined;
    onRight(service, sinceMs);
  }

  return {
    told(service, { productId, available, version, text = '' }) {
      updates += 1;
      if (service === 'ads' && !isTrue(text, productId, available)) falseHeadlines += 1;
      const view = views.get(service)?.get(productId);
      // A version lets a service recognise an old update that comes late.
      if (view === undefined || (version ?? Infinity) < view.version) return;
      view.available = available;
      view.version = version ?? 0;
      compare(service, view, stock.get(productId) ?? 0);
    },

    changed({ productId, available }) {
      stock.set(productId, available);
      for (const [service, ofService] of views) {
        const view = ofService.get(productId);
        if (view !== undefined) compare(service, view, available);
      }
    },

    wrong: () => wrong,

    get falseHeadlines() {
      return falseHeadlines;
    },
    get updates() {
      return updates;
    },
  };
}
