import type { Random } from '@firedrill/core/simulation';
import type { LogFile } from '../system.ts';
import {
  headerLine,
  isSealLine,
  linesOf,
  makeSeal,
  parseHeader,
  parseSeal,
  type PublishedRoot,
  sealLine,
} from './log-file.ts';
import { leafHash, rootOf } from './merkle-tree.ts';
import { createSigner, type Signer } from './signing.ts';
import { type Problem, verifyLog } from './verify-log.ts';

export interface TamperingResult {
  readonly tried: number;
  readonly found: number;
  readonly note: string;
}

/** What those have who try, and those who look. */
export interface TamperingMeans {
  /** Draws what is changed. */
  readonly random: Random;
  /** The platform's own: whoever runs it can sign a log as well as it can. */
  readonly signer: Signer;
  /** Roots that somebody outside was given while the log grew. */
  readonly published: readonly PublishedRoot[];
}

/** A way to change a log, and how one knows from a problem that it was found and named. */
interface Manipulation {
  readonly name: string;
  readonly apply: (
    lines: readonly Buffer[],
    at: number,
    means: TamperingMeans,
  ) => readonly Buffer[];
  /** Whether the problem names the line, or of what is gone the entry, both counted from 1. */
  readonly isNamed: (problem: Problem, line: number, entry: number) => boolean;
}

const near = ({ line }: Problem, expected: number): boolean => Math.abs(line - expected) <= 1;

const manipulations: readonly Manipulation[] = [
  {
    name: 'one byte altered',
    apply: (lines, at, { random }) =>
      lines.map((line, index) => {
        if (index !== at) return line;
        const copy = Buffer.from(line);
        const place = random.integer(0, copy.length - 1);
        copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(0, 7));
        return copy;
      }),
    isNamed: (problem, line) => near(problem, line),
  },
  {
    name: 'an entry removed',
    apply: (lines, at) => lines.toSpliced(at, 1),
    // Where it stood there may be a seal now: the entry's number says which it was.
    isNamed: (problem, _line, entry) => problem.kind === 'removed' && problem.entry === entry,
  },
  {
    name: 'an entry added',
    apply: (lines, at) =>
      lines.toSpliced(at, 0, Buffer.from('{"entryId":"request-0","decision":"granted"}')),
    isNamed: (problem, line) => problem.kind === 'added' && problem.line === line,
  },
  {
    name: 'an entry repeated',
    apply: (lines, at) => lines.toSpliced(at + 1, 0, lines[at] ?? Buffer.alloc(0)),
    isNamed: (problem, line) => problem.kind === 'added' && problem.line === line + 1,
  },
  {
    name: 'two entries exchanged',
    apply: (lines, at) => {
      const other = lines.findLastIndex(
        (line, index) => index < at && index > 0 && !isSealLine(line),
      );
      return lines
        .with(at, lines[other] ?? Buffer.alloc(0))
        .with(other, lines[at] ?? Buffer.alloc(0));
    },
    isNamed: (problem, line) => problem.kind === 'reordered' && near(problem, line),
  },
  {
    name: 'everything written anew, with a key of their own',
    apply: (lines, at, { random }) => writtenAnew(lines.toSpliced(at, 1), strangerTo(random)),
    isNamed: (problem) => problem.kind === 'header' && problem.line === 1,
  },
  {
    name: 'everything written anew, with the key of the platform',
    apply: (lines, at, { signer }) => writtenAnew(lines.toSpliced(at, 1), signer),
    // Nothing but a root that was published before tells: it has no line of its own.
    isNamed: (problem) => problem.kind === 'published',
  },
];

/** How often each is tried, each time at a place drawn from the seed. */
const triesEach = 1;

/** Manipulations that are tried, of any log. */
export const manipulationsTried = triesEach * manipulations.length;

/**
 * Does to copies of a log what somebody with the database in their hands could do, and has each
 * verified. Nothing counts as found that is not named with its line.
 */
export function tryTampering(log: LogFile | undefined, means: TamperingMeans): TamperingResult {
  const tried = manipulationsTried;
  if (log === undefined) {
    return { tried, found: 0, note: 'the log is not sealed: nothing that is changed in it shows' };
  }
  const lines = linesOf(log.bytes).lines.map(({ bytes }) => bytes);
  const { publicKey } = log;
  const { random, published } = means;
  const [untouched] = verifyLog(log.bytes, { publicKey, published }).problems;
  if (untouched !== undefined) {
    return { tried, found: 0, note: `the log does not verify untouched: ${untouched.text}` };
  }
  const entries = oldEntries(lines);
  if (entries.length === 0) return { tried, found: 0, note: 'the log has no entry to change' };
  let found = 0;
  let missed: string | undefined;
  for (const { name, apply, isNamed } of manipulations) {
    for (let attempt = 0; attempt < triesEach; attempt += 1) {
      const at = random.pick(entries);
      const { problems } = verifyLog(fileOf(apply(lines, at, means)), { publicKey, published });
      const entry = lines.slice(1, at + 1).filter((line) => !isSealLine(line)).length;
      if (problems.some((problem) => isNamed(problem, at + 1, entry))) found += 1;
      else missed ??= `${name} in line ${at + 1}`;
    }
  }
  const note = `${found} of ${tried} manipulations found${missed === undefined ? '' : `, not: ${missed}`}`;
  return { tried, found, note };
}

/** A file of lines. */
export const fileOf = (lines: readonly Buffer[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));

/** Within this time an entry is sealed, and its root is with somebody outside. */
const publishedWithinMs = 3 * 60_000;

/**
 * Positions of the entries that may be changed: those that have been there for long enough to have been
 * published, or all of them in a log that is younger.
 */
function oldEntries(lines: readonly Buffer[]): readonly number[] {
  const last = lines.at(-1);
  const closing = last === undefined ? undefined : parseSeal(last);
  const limit = Date.parse(closing?.sealedAt ?? '') - publishedWithinMs;
  const entries = lines.flatMap((line, index) => (index > 2 && !isSealLine(line) ? [index] : []));
  const old = entries.filter((index) => recordedAtOf(lines[index]) < limit);
  return old.length > 0 ? old : entries;
}

function recordedAtOf(line: Buffer | undefined): number {
  const [, recordedAt = ''] = /"recordedAt":"([^"]*)"/.exec(line?.toString() ?? '') ?? [];
  return Date.parse(recordedAt);
}

/** Somebody who has the database, and not the key. */
function strangerTo(random: Random): Signer {
  const secret = Buffer.alloc(32);
  random.fillBytes(secret);
  return createSigner(secret);
}

/** What the database's owner can do at best: a new log over the changed entries, sealed anew. */
function writtenAnew(lines: readonly Buffer[], signer: Signer): readonly Buffer[] {
  const [first, ...rest] = lines;
  const header = first === undefined ? undefined : parseHeader(first);
  if (header === undefined) return lines;
  const entries = rest.filter((line) => !isSealLine(line));
  const leaves = entries.map((line) => leafHash(line));
  const seal = makeSeal(signer, header.origin, {
    size: entries.length,
    root: rootOf(leaves).toString('hex'),
    sealedAt: new Date(0).toISOString(),
    isClosing: true,
    leaves: Buffer.concat(leaves).toString('hex'),
  });
  const anew = headerLine({ ...header, publicKey: signer.publicKey });
  return [Buffer.from(anew), ...entries, Buffer.from(sealLine(seal))];
}
