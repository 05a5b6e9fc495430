export { describeEventStore } from './contract/event-store-contract.ts';
export type { EventStoreHarness } from './contract/harness.ts';
export { type Expectation, given } from './given-when-then.ts';
