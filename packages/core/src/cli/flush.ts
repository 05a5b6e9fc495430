interface Flushable {
  readonly destroyed: boolean;
  write(text: string, callback: () => void): unknown;
}

/** Resolves when everything written so far has left the process, or can no longer. */
export function flushed(stream: Flushable): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
