import type { VirtualImmediate } from './virtual-immediate.ts';
import type { Callback, VirtualTimer } from './virtual-timer.ts';

/** The engine as the installed functions see it. */
export interface VirtualLoop {
  readonly nowUs: number;
  readonly elapsedMs: number;
  setTimer(
    callback: Callback,
    delayMs: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimer;
  cancelByNumber(number: number): void;
  setImmediate(callback: Callback, args: readonly unknown[]): VirtualImmediate;
}
