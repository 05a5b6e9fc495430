interface Flushable {
  readonly destroyed: boolean;
  readonly writableLength: number;
  write(text: string, callback: () => void): unknown;
}

/** Resolves when everything written so far has left the process, or can no longer. */
export function flushed(stream: Flushable): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/**
 * Lets a slow reader catch up: what it has not read yet does not pile up in memory, and no write is
 * under way while virtual time moves, which the simulation would take for real input or output.
 */
export function untilRead(stream: Flushable): void | Promise<void> {
  return stream.writableLength === 0 ? undefined : flushed(stream);
}
