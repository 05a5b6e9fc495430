import { TraceError } from '../errors.ts';

/** What stands for the reading of files where there are none. */
export function traceText(file: string): AsyncIterable<string> {
  const next = (): Promise<never> =>
    Promise.reject(
      new TraceError({
        file,
        found: 'there are no files here',
        remedy: 'Pass its text, readTrace(file, { text }).',
      }),
    );
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
