import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { callerPath, UsageError } from '../command-line/index.ts';
import { readRecord, RecordUnreadableError } from '../report/index.ts';
import type { RunRecord } from '../scenario/record.ts';
import { createSha256 } from '../simulation/index.ts';

/** What names standard input on the command line. */
export const standardInput = '-';

/**
 * A saved run, whole and as it was written: what its last line says of the lines before it is so.
 *
 * @param file as it was typed
 * @param takesUnfinished whether a run that was stopped, or a file that is cut off, is read as far as it goes
 * @throws UsageError naming the line, for all that is not one run
 */
export async function readRun(
  file: string,
  stdin: Readable,
  takesUnfinished: boolean,
): Promise<readonly RunRecord[]> {
  const refuse = (cause: string, remedy: string): UsageError =>
    new UsageError({ given: file === standardInput ? 'standard input' : file, cause, remedy });
  const input = file === standardInput ? stdin : await openFile(file, refuse);
  const records: RunRecord[] = [];
  const watched = watchLines(input);
  try {
    for await (const record of readRecord(watched.lines)) {
      const wrong = wrongPlace(record, records);
      if (wrong !== undefined) throw refuse(`line ${watched.count} ${wrong}`, again);
      records.push(record);
    }
  } catch (error) {
    throw readingError(error, refuse);
  }
  if (records.length === 0) throw refuse('it is empty', again);
  const last = records.at(-1);
  if (last?.type !== 'run.finished') {
    if (takesUnfinished) return records;
    throw refuse(
      `it ends with line ${watched.count}, before the run did`,
      'Add --unfinished to see it as far as it goes.',
    );
  }
  if (last.hash !== watched.hash()) {
    throw refuse(
      `it was changed: its hash is not the one that line ${watched.count} names`,
      'Run it again: that line says how.',
    );
  }
  return records;
}

const again = 'Give it what a run wrote with --json or --report=run.ndjson.';

type Refuse = (cause: string, remedy: string) => UsageError;

function wrongPlace(record: RunRecord, before: readonly RunRecord[]): string | undefined {
  if (before.length === 0) return record.type === 'run.started' ? undefined : `begins no run`;
  if (record.type === 'run.started') return 'begins another run';
  return before.at(-1)?.type === 'run.finished' ? 'comes after the end of the run' : undefined;
}

/** Hands lines on, counts them, and hashes all but the last as their run did. */
function watchLines(input: Readable) {
  const sha256 = createSha256();
  let held: string | undefined;
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    // Made here: what it reads before somebody asks for a line is lost.
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      count += 1;
      if (held !== undefined) sha256.update(held).update('\n');
      yield line;
      if (line.trim() !== '') held = count === 1 ? withoutCommit(line) : line;
    }
  }
  return {
    lines: lines(),
    /** Lines so far. */
    get count() {
      return count;
    },
    hash: () => sha256.hex(),
  };
}

/** The commit is no part of the hash. The line is known to be a record. */
function withoutCommit(line: string): string {
  const record: unknown = JSON.parse(line);
  const entries = Object.entries(typeof record === 'object' && record !== null ? record : {});
  return JSON.stringify(Object.fromEntries(entries.filter(([name]) => name !== 'commit')));
}

async function openFile(file: string, refuse: Refuse): Promise<Readable> {
  const path = callerPath(file);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw refuse('that is a directory', 'Name a file in it.');
    // A device may never end, and a pipe may never begin.
    if (!found.isFile())
      throw refuse('that is no file', `Write it into one, or name ${standardInput}.`);
  } catch (error) {
    throw readingError(error, refuse);
  }
  return createReadStream(path, 'utf8');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it is not readable',
  ENOTDIR: 'there is no way to that place',
  ENAMETOOLONG: 'its name is too long',
};

function readingError(error: unknown, refuse: Refuse): unknown {
  if (error instanceof RecordUnreadableError) {
    return refuse(`line ${error.line} ${error.reason}`, again);
  }
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  return refuse(reasons[String(error.code)] ?? error.message, 'Check the path.');
}
