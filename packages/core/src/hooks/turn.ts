/**
 * Calls back in a later turn of the event loop, after timers and I/O had their chance: with
 * `setImmediate` where there is one, else through a MessageChannel (which a browser does not clamp
 * to 4 ms), else with a zero timer. The globals are read at each call, so that a simulated clock
 * governs them.
 */
export function nextTurn(callback: () => void): void {
  const { setImmediate, MessageChannel } = globalThis as Partial<typeof globalThis>;
  if (setImmediate !== undefined) {
    setImmediate(callback);
    return;
  }
  if (MessageChannel !== undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      'message',
      () => {
        port1.close();
        callback();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
    return;
  }
  setTimeout(callback, 0);
}

/**
 * What gives time and turns now: another value once a simulated clock has come or gone. What was set
 * with the one before is lost, so whoever waits for a turn or a timer compares. It is read at the
 * time of the call.
 */
export function timeSource(): unknown {
  return globalThis.setTimeout;
}
