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
  /** Updates of a stock that never was so, or not under that version. */
  readonly invented: number;
  /** Updates that a service had already, or that are older than what it had. */
  readonly misplaced: number;
}

interface View {
  available: number;
  version: number;
  /** When that was last so, up to the moment at which the service was told, in ms. */
  trueAtMs: number;
  /** Since when it differs from the stock; `undefined` while it does not. */
  wrongSinceMs: number | undefined;
}

export interface ViewsOptions {
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly elapsedMs: () => number;
  /** Whether neither the service nor whoever tells it has had a reason to be told again. */
  readonly isWell: (service: string) => boolean;
  readonly onMisplaced: (text: string) => void;
  readonly onInvented: (text: string) => void;
  /** A service knows again, or for the first time, what it had wrong since then. */
  readonly onRight: (service: string, sinceMs: number) => void;
}

export function createViews(options: ViewsOptions): Views {
  const { products, services, elapsedMs, isWell, onMisplaced, onInvented, onRight } = options;
  const stock = new Map(products.map(({ id, units }) => [id, units]));
  const views = new Map(
    services.map((name) => [
      name,
      new Map(
        products.map(({ id, units }): [string, View] => [
          id,
          { available: units, version: 0, trueAtMs: 0, wrongSinceMs: undefined },
        ]),
      ),
    ]),
  );
  const nameOf = new Map(products.map(({ id, name }) => [id, name.toLowerCase()]));
  let wrong = 0;
  let updates = 0;
  let falseHeadlines = 0;
  let misplaced = 0;
  let invented = 0;
  /** When each level of a product was last so; the one of now is so now. */
  const lastSoMs = new Map(products.map(({ id }) => [id, new Map<number, number>()]));

  /** Whether a headline names the product, and says how many are left, or that it is sold out. */
  function isTrue(text: string, productId: string, available: number): boolean {
    const says = text.toLowerCase();
    const left = available > 0 ? ` ${available} left` : 'sold out';
    return says.includes(left) && says.includes(nameOf.get(productId) ?? '?');
  }

  /** What was available of each product under each version, from that of the beginning on. */
  const levels = new Map(products.map(({ id, units }) => [id, [units]]));

  function lookForTruth(service: string, { productId, available, version }: StockUpdate): void {
    const ofProduct = levels.get(productId) ?? [];
    const isSo =
      version === undefined ? ofProduct.includes(available) : ofProduct[version] === available;
    if (isSo) return;
    invented += 1;
    onInvented(`${service} is told that version ${version} of ${productId} is ${available}`);
  }

  function wasSoAtMs(productId: string, available: number): number {
    if (stock.get(productId) === available) return elapsedMs();
    return lastSoMs.get(productId)?.get(available) ?? -Infinity;
  }

  /**
   * An old level without its version is believed, whoever is well. With it a service that has failed, or
   * was slow, may be told again, and hear late what was given up.
   */
  function lookForPlace(
    service: string,
    view: View,
    { productId, available, version }: StockUpdate,
  ): void {
    const isOld =
      version === undefined
        ? wasSoAtMs(productId, available) < view.trueAtMs
        : view.version > 0 && version <= view.version && isWell(service);
    if (!isOld) return;
    misplaced += 1;
    onMisplaced(`${service} is told that there are ${available} of ${productId}, which is old`);
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
    told(service, update) {
      const { productId, available, version, text = '' } = update;
      updates += 1;
      lookForTruth(service, update);
      if (service === 'ads' && !isTrue(text, productId, available)) falseHeadlines += 1;
      const view = views.get(service)?.get(productId);
      if (view !== undefined) lookForPlace(service, view, { productId, available, version });
      // A version lets a service recognise an old update that comes late.
      if (view === undefined || (version ?? Infinity) < view.version) return;
      view.available = available;
      view.version = version ?? 0;
      view.trueAtMs = wasSoAtMs(productId, available);
      compare(service, view, stock.get(productId) ?? 0);
    },

    changed({ productId, available, version }) {
      const ofProduct = levels.get(productId);
      if (ofProduct !== undefined) ofProduct[version] = available;
      lastSoMs.get(productId)?.set(stock.get(productId) ?? 0, elapsedMs());
      stock.set(productId, available);
      for (const [service, ofService] of views) {
        const view = ofService.get(productId);
        if (view !== undefined) compare(service, view, available);
      }
    },

    wrong: () => wrong,

    get invented() {
      return invented;
    },
    get misplaced() {
      return misplaced;
    },
    get falseHeadlines() {
      return falseHeadlines;
    },
    get updates() {
      return updates;
    },
  };
}
