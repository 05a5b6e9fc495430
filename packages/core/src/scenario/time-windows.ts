/** A stretch of a phase, in ms since its start; the end does not belong to it. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same time in as few windows as possible, in order; empty ones are left out. */
export function mergedWindows(windows: readonly TimeWindow[]): readonly TimeWindow[] {
  const merged: { readonly fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of windows.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (toMs <= fromMs) continue;
    const last = merged.at(-1);
    if (last === undefined || fromMs > last.toMs) merged.push({ fromMs, toMs });
    else last.toMs = Math.max(last.toMs, toMs);
  }
  return merged;
}

/** Whether some of the time from one moment to another, both included, lies in one of the windows. */
export const touches = (
  windows: readonly TimeWindow[],
  fromMs: number,
  toMs: number = fromMs,
): boolean => windows.some((window) => window.fromMs <= toMs && fromMs < window.toMs);
