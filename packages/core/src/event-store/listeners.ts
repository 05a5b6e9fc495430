/**
 * Calls a listener of what has happened. What it throws cannot undo that, and is not the fault of whoever
 * made it happen: it surfaces as an uncaught exception.
 */
export function callListener(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
