import { describe } from '../../../peers/vitest.ts';
import { appendContract } from './append.ts';
import { catalogueContract } from './catalogue.ts';
import type { EventStoreHarness } from './harness.ts';
import { outboxContract } from './outbox.ts';
import { projectionContract } from './projections.ts';
import { readContract } from './read.ts';
import { snapshotContract } from './snapshots.ts';
import { transactionContract } from './transactions.ts';

/** Declares the tests that every adapter of the event store must pass, in vitest. */
export function describeEventStore<Tx>(adapter: string, harness: EventStoreHarness<Tx>): void {
  describe(`the event store ${adapter}`, () => {
    describe('append', () => {
      appendContract(harness);
    });
    describe('read', () => {
      readContract(harness);
    });
    describe('transactions', () => {
      transactionContract(harness);
    });
    describe('catalogue', () => {
      catalogueContract(harness);
    });
    describe('snapshots', () => {
      snapshotContract(harness);
    });
    describe('outbox', () => {
      outboxContract(harness);
    });
    describe('projections', () => {
      projectionContract(harness);
    });
  });
}
