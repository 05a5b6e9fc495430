import type { Random } from '@firedrill/core/simulation';
import type { Delivery, Product } from '../domain.ts';
import { latestMs } from '../services/catalogue.ts';

/**
 * What was ordered of the products that are sold above what is there. It comes late sometimes, and less of it: half of
 * what was ordered, at least.
 */
export interface Deliveries {
  /** What has come so far, booked or not. */
  arrived(): readonly Delivery[];
  /** The shop has booked it: its units are on the shelf. */
  booked(deliveryId: string): void;
  isBooked(productId: string): boolean;
  /** Deliveries that were not booked in time, or not at all up to now. */
  readonly late: number;
}

export interface DeliveriesOptions {
  readonly products: readonly Product[];
  readonly random: Random;
  readonly elapsedMs: () => number;
  /** Whether all that booking takes has been well since then. */
  readonly wasWell: (sinceMs: number) => boolean;
  readonly onShelf: (productId: string, units: number) => void;
  readonly onLate: (text: string) => void;
}

/** Less than what is left of the promised time then. */
const mostLateMs = latestMs - 180_000;

/** What has come is booked within this time, in ms. */
const bookedWithinMs = 120_000;

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { products, random, elapsedMs, wasWell, onShelf, onLate } = options;
  const due = products.flatMap(({ id, backorders }) => {
    if (backorders === undefined) return [];
    const { units, byMs } = backorders;
    const quantity = random.integer(Math.ceil(units / 2), units);
    const atMs = byMs - latestMs + random.integer(0, mostLateMs);
    return [{ deliveryId: `delivery-of-${id}`, productId: id, quantity, atMs }];
  });
  const bookedIds = new Set<string>();
  let late = 0;

  return {
    arrived: () =>
      due
        .filter(({ atMs }) => atMs <= elapsedMs())
        .map(({ deliveryId, productId, quantity }) => ({ deliveryId, productId, quantity })),
    booked(deliveryId) {
      const delivery = due.find((each) => each.deliveryId === deliveryId);
      if (delivery === undefined || bookedIds.has(deliveryId)) return;
      bookedIds.add(deliveryId);
      onShelf(delivery.productId, delivery.quantity);
      const sinceMs = elapsedMs() - bookedWithinMs;
      if (delivery.atMs >= sinceMs || !wasWell(sinceMs)) return;
      late += 1;
      onLate(`${deliveryId} is booked more than two minutes after it came`);
    },
    isBooked: (productId) =>
      due.some((each) => each.productId === productId && bookedIds.has(each.deliveryId)),
    get late() {
      const forgotten = due.filter(
        ({ deliveryId, atMs }) => !bookedIds.has(deliveryId) && atMs < elapsedMs() - bookedWithinMs,
      );
      return late + forgotten.length;
    },
  };
}
