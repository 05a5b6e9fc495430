import process from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { readGivenFile, UsageError } from '@firedrill/core/command-line';
import { shortestKey } from './sealed-file.ts';

/** A key is typed at times, and nobody types more. */
const mostBytes = 4_096;

/**
 * Reads the key of a sealed file: from a file, or from the terminal without showing it. It is no argument
 * of a command, where everybody on the machine could read it.
 *
 * @throws UsageError when the file cannot be read
 */
export async function readKey(keyFile: string | undefined, prompt: string): Promise<string> {
  if (keyFile !== undefined) {
    try {
      return readGivenFile(keyFile, mostBytes).replace(/\r?\n$/, '');
    } catch {
      throw new UsageError({
        given: `--key-file=${keyFile}`,
        cause: 'the file cannot be read',
        remedy: 'Name a file that holds the key, or leave it out and type the key.',
      });
    }
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { stdin, stdout } = process;
  const isTyped = stdin.isTTY;
  if (isTyped) stdout.write(prompt);
  const reader = createInterface({ input: stdin, output: silent, terminal: isTyped });
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
    if (isTyped) stdout.write('\n');
  }
}

/** Refuses keys that are guessed too soon. @throws UsageError */
export function checkKey(key: string): string {
  if (key.length >= shortestKey) return key;
  throw new UsageError({
    given: 'the key',
    cause: `it has ${key.length} characters`,
    remedy: `Use at least ${shortestKey}: a short sentence is easy to remember.`,
  });
}
