import type { OutboxMessage } from '../outbox/outbox.ts';

/** A row of the table of messages. */
export interface OutboxRow {
  message: OutboxMessage;
  readonly lane: number;
  state: 'pending' | 'published' | 'dead';
  retryAtMs: number | undefined;
  publishedAtMs: number | undefined;
  failedAtMs: number | undefined;
  error: string | undefined;
}

/** A row of the table of lanes. */
export interface LaneRow {
  owner: string | undefined;
  epoch: number;
  leaseExpiresAtMs: number | undefined;
}

export interface OutboxState {
  sequence: number;
  readonly lanes: readonly LaneRow[];
  /** In the order of sequences, by message id. */
  readonly rows: Map<string, OutboxRow>;
}

/** Lanes of the outbox: relays that can share it at most. */
export const OUTBOX_LANE_COUNT = 16;

export function createOutboxState(): OutboxState {
  const lanes = Array.from({ length: OUTBOX_LANE_COUNT }, (): LaneRow => ({
    owner: undefined,
    epoch: 0,
    leaseExpiresAtMs: undefined,
  }));
  return { sequence: 0, lanes, rows: new Map() };
}
