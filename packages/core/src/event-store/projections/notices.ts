import type { RecordedEvent } from '../event.ts';
import { callListener } from '../listeners.ts';
import type { BucketId } from '../projection-storage.ts';

/** What a runner tells its observer. `type` tells the cases apart. */
export type RunnerNotice =
  | {
      readonly type: 'bucket.acquired';
      readonly bucket: BucketId;
      readonly epoch: number;
      readonly checkpoint: number;
      /** Who held it before and did not give it back: killed, stalled or cut off. */
      readonly takenOverFrom: string | undefined;
    }
  | { readonly type: 'bucket.released'; readonly bucket: BucketId }
  | {
      /** Somebody else took it over, or its generation has ended. What was under way is undone. */
      readonly type: 'bucket.lost';
      readonly bucket: BucketId;
    }
  | {
      /** A whole batch failed and is undone; its events are tried one by one. */
      readonly type: 'batch.failed';
      readonly bucket: BucketId;
      readonly events: number;
      readonly error: unknown;
    }
  | {
      /** A single event failed. */
      readonly type: 'event.failed';
      readonly bucket: BucketId;
      readonly event: RecordedEvent;
      readonly attempts: number;
      readonly error: unknown;
      /** What comes of it. */
      readonly outcome: 'retried' | 'dead-lettered' | 'stopped';
      /** When it is tried again, with `retried`. */
      readonly retryAt: Date | undefined;
    }
  | {
      /** The store failed. What was under way is undone and tried again. */
      readonly type: 'store.failed';
      readonly during: 'read' | 'handle' | 'lease' | 'commit' | 'start' | 'stop';
      readonly error: unknown;
    }
  | {
      /**
       * `renewal`: leases were renewed late, and are lost before long. Handlers block the event loop, the
       * database answers slowly, or `leaseMs` is too short for what this process has to do.
       * `connection`: a bucket waited long for a transaction. Raise `maxConnections` of the store above
       * the number of workers.
       */
      readonly type: 'runner.starving';
      readonly of: 'renewal' | 'connection';
      /** Milliseconds since the last renewal, or for the connection. */
      readonly waitedMs: number;
      readonly leaseMs: number;
    };

/** Waited this much of a lease, one has little left: renewing it three times is the plan. */
export const STARVING_SHARE = 2 / 3;

/** Hears what a runner notes. */
export type RunnerObserver = (notice: RunnerNotice) => void;

/** Calls the observer. What it throws changes nothing here, and surfaces as an uncaught exception. */
export function tell(observer: RunnerObserver | undefined, notice: RunnerNotice): void {
  callListener(() => observer?.(notice));
}
