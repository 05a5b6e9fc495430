/**
 * Calls a listener. What it throws neither changes the outcome of the call that it listens to (a
 * delivered payment must not look failed because a log line could not be written) nor is it
 * swallowed: it surfaces as an uncaught exception.
 */
export function notify<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  if (listener === undefined) return;
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
