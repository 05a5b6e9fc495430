import { sleep } from '@firedrill/core/resilience';
import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/**
 * A timer is gone with its process. Holds that are found in the database get one for the time that they
 * have left; whoever has one already ends twice at the same moment, and the database ends it once.
 */
const createReservations: Parts['createReservations'] = (context, ...given) => {
  const own = hardenedParts.createReservations(context, ...given);
  const holdMs = 60_000 * context.settings.holdMinutes;
  const ending = new Map<string, Promise<void>>();
  return {
    ...own,
    takeUp(found) {
      for (const { ageMs, state, ...reservation } of found) {
        const { reservationId } = reservation;
        if (state !== 'held' || ending.has(reservationId)) continue;
        const ended = sleep(Math.max(0, holdMs - ageMs))
          .then(() => own.release(reservation))
          .finally(() => ending.delete(reservationId));
        ending.set(reservationId, ended);
      }
    },
    async onSettled() {
      while (ending.size > 0) await Promise.all(ending.values());
      await own.onSettled();
    },
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createReservations });
