import type { Random } from '@firedrill/core/simulation';
import type { LogFile } from '../system.ts';
import { headerLine, isSealLine, linesOf, makeSeal, parseHeader, sealLine } from './log-file.ts';
import { leafHash, rootOf } from './merkle-tree.ts';
import { createSigner } from './signing.ts';
import { type Problem, verifyLog } from './verify-log.ts';

export interface TamperingResult {
  readonly tried: number;
  readonly found: number;
  readonly note: string;
}

/** A way to change a log, and how one knows from a problem that it was found and named. */
interface Manipulation {
  readonly name: string;
  readonly apply: (lines: readonly Buffer[], at: number, random: Random) => readonly Buffer[];
  readonly isNamed: (problem: Problem, line: number) => boolean;
}

const near = ({ line }: Problem, expected: number): boolean => Math.abs(line - expected) <= 1;

const manipulations: readonly Manipulation[] = [
  {
    name: 'one byte altered',
    apply: (lines, at, random) =>
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
    isNamed: (problem, line) => problem.kind === 'removed' && problem.line === line,
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
    apply: (lines, at, random) => writtenAnew(lines.toSpliced(at, 1), random),
    isNamed: (problem) => problem.kind === 'header' && problem.line === 1,
  },
];

/** How often each is tried, each time at a place drawn from the seed. */
const triesEach = 1;

/**
 * Does to copies of a log what somebody with the database in their hands could do, and has each
 * verified. Nothing counts as found that is not named with its line.
 */
export function tryTampering(log: LogFile | undefined, random: Random): TamperingResult {
  const tried = triesEach * manipulations.length;
  if (log === undefined) {
    return { tried, found: 0, note: 'the log is not sealed: nothing that is changed in it shows' };
  }
  const lines = linesOf(log.bytes).lines.map(({ bytes }) => bytes);
  const { publicKey } = log;
  const [untouched] = verifyLog(log.bytes, { publicKey }).problems;
  if (untouched !== undefined) {
    return { tried, found: 0, note: `the log does not verify untouched: ${untouched.text}` };
  }
  const entries = lines.flatMap((line, index) => (index > 2 && !isSealLine(line) ? [index] : []));
  if (entries.length === 0) return { tried, found: 0, note: 'the log is empty' };
  let found = 0;
  let missed: string | undefined;
  for (const { name, apply, isNamed } of manipulations) {
    for (let attempt = 0; attempt < triesEach; attempt += 1) {
      const at = random.pick(entries);
      const { problems } = verifyLog(fileOf(apply(lines, at, random)), { publicKey });
      if (problems.some((problem) => isNamed(problem, at + 1))) found += 1;
      else missed ??= `${name} in line ${at + 1}`;
    }
  }
  const note = `${found} of ${tried} manipulations found${missed === undefined ? '' : `, not: ${missed}`}`;
  return { tried, found, note };
}

/** A file of lines. */
export const fileOf = (lines: readonly Buffer[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));

/** What the database's owner can do at best: a new log over the changed entries, sealed anew. */
function writtenAnew(lines: readonly Buffer[], random: Random): readonly Buffer[] {
  const [first, ...rest] = lines;
  const header = first === undefined ? undefined : parseHeader(first);
  if (header === undefined) return lines;
  const secret = Buffer.alloc(32);
  random.fillBytes(secret);
  const signer = createSigner(secret);
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
