import type { RecordedEvent } from '../event.ts';
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
      readonly during: 'read' | 'lease' | 'commit' | 'stop';
      readonly error: unknown;
    };

export type RunnerObserver = (notice: RunnerNotice) => void;

/** Calls the observer. What it throws changes nothing here, and surfaces as an uncaught exception. */
export function tell(observer: RunnerObserver | undefined, notice: RunnerNotice): void {
  try {
    observer?.(notice);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
