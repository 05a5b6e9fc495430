import { requireBound, requireKnown, requireOneOf } from './check-options.ts';
import type { WaitingEmits, WaitingParts } from './waiting-emits.ts';

/**
 * What happens to an emit that does not fit after less important lanes have been shed: what
 * `waitForRoom` and `buffer` make. Without one it is refused as `queue-full` at once.
 */
export interface OverloadStrategy {
  /** Tasks that fit beyond `queueSize`. */
  readonly bufferSize: number;
  /** What gives way to the new emit, if anything does. */
  readonly drop: 'drop-oldest' | 'drop-newest' | undefined;
  /** Makes the place where the emits of one pool wait, if they do. */
  readonly waitIn: ((pool: WaitingParts, queueSize: number) => WaitingEmits) | undefined;
}

/** A buffer for bursts. */
export interface BufferOptions {
  /** Tasks that fit beyond `queueSize`. */
  readonly size: number;
  /**
   * What happens when the buffer is full too. `drop-oldest` sheds the longest waiting emit of the
   * same lane in favour of the new one (when only fresh data counts), `drop-newest` the most recently
   * admitted one (when old data is nearly due), `reject` refuses the new one, and what `waitForRoom`
   * makes lets it wait. What is dropped is counted as shed and is a dead letter.
   */
  readonly whenFull: 'drop-oldest' | 'drop-newest' | 'reject' | OverloadStrategy;
}

/** The strategy of hooks that are given none. */
export const reject: OverloadStrategy = { bufferSize: 0, drop: undefined, waitIn: undefined };

const bufferOptions = new Set(['size', 'whenFull'] satisfies (keyof BufferOptions)[]);

/**
 * Adds room for bursts behind the queue.
 * @throws RangeError or TypeError naming the option and the value
 */
export function buffer(options: BufferOptions): OverloadStrategy {
  requireKnown('buffer', options, bufferOptions);
  const { size, whenFull } = options;
  requireBound('size', size, 1);
  if (typeof whenFull === 'object') {
    return { ...requireStrategy('whenFull', whenFull), bufferSize: size + whenFull.bufferSize };
  }
  requireOneOf('whenFull', whenFull, ['drop-oldest', 'drop-newest', 'reject']);
  return { ...reject, bufferSize: size, drop: whenFull === 'reject' ? undefined : whenFull };
}

/** @throws TypeError naming the option, for what neither `waitForRoom` nor `buffer` has made */
export function requireStrategy(option: string, value: OverloadStrategy): OverloadStrategy {
  if (typeof value === 'object' && value !== null && 'waitIn' in value) return value;
  throw new TypeError(
    `Failed to read option ${option}: ${String(value)} is no strategy. ` +
      'Give what waitForRoom() or buffer() makes, or leave the option out.',
  );
}
