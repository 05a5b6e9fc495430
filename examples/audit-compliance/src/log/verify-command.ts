import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { CommandError, onlyFile, readFlags, reasonOf, userPath, wholeNumber } from './command.ts';
import { isSealLine, type Line, linesOf, type PublishedRoot } from './log-file.ts';
import { consistencyProof, inclusionProof, leafHash } from './merkle-tree.ts';
import { isPublicKey } from './signing.ts';
import { type Verification, verifyLog } from './verify-log.ts';

const usage = 'pnpm --filter audit-compliance verify -- log.ndjson';

const help = `Verifies an exported audit log without trusting whoever keeps it.

  ${usage} [options]

  --key=HEX       the public key that must have signed it, 64 hexadecimal digits; without it
                  the key in the file is taken, which tells nothing of who wrote the file
  --roots=FILE    roots that a witness noted while the log grew, one {"size":…,"root":…} a line
  --prove=N       prints the proof that entry N is in the log (RFC 9162, 2.1.3)
  --since=SIZE    prints the proof that the first SIZE entries are still the same (2.1.4)
  --json          prints the result as one JSON value
  --help          prints this

Hexadecimal digits are read in either case.

Exit code 0: the log is as it was sealed. 1: it is not. 2: there is nothing to verify, be it that
a flag or a file cannot be used, or that the log has no entries.
pnpm --filter turns all but 0 into 1; pnpm -C examples/audit-compliance verify keeps them.
`;

const options = {
  key: { type: 'string' },
  roots: { type: 'string' },
  prove: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Problems that are told one by one. */
const maxTold = 20;

/** Verifies the log that is named; the exit code. @throws CommandError for what cannot be used */
export async function verify(argv: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags(argv, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const name = onlyFile(positionals, usage);
  const key = values.key?.toLowerCase();
  if (key !== undefined && !isPublicKey(key)) {
    throw new CommandError(
      `Failed to use --key=${values.key}: it is no public key. Give the 64 hexadecimal digits that were published.`,
    );
  }
  const file = read(name);
  if (isBlank(file)) {
    throw new CommandError(
      `Failed to verify ${name}: there is nothing in it. Name a log that was exported, e.g. log.ndjson.`,
    );
  }
  const published = values.roots === undefined ? [] : readRoots(values.roots);
  const result = verifyLog(file, { publicKey: key, published });
  const { problems, entries } = result;
  const proven = problems.length > 0 || entries === 0 ? [] : proofs(file, result, values);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const lines = describe(name, result, { isPinned: key !== undefined, roots: published.length });
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  for (const proof of proven) process.stdout.write(`${JSON.stringify(proof)}\n`);
  if (problems.length > 0) return 1;
  return entries === 0 ? 2 : 0;
}

function describe(
  name: string,
  { problems, entries, seals, root, publicKey }: Verification,
  given: { readonly isPinned: boolean; readonly roots: number },
): readonly string[] {
  if (problems.length > 0) {
    const told = problems.slice(0, maxTold).map(({ text }) => `  ${text}`);
    const rest = problems.length - told.length;
    return [
      `TAMPERED: ${name} is not as it was sealed.`,
      ...told,
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  }
  const signedBy = given.isPinned
    ? '  signed by the key that was given'
    : `  signed by ${publicKey ?? ''}; compare this with the key that was published, or give it as --key`;
  if (entries === 0) {
    return [
      `EMPTY: ${name} is sealed as a log without entries: nothing in it can be verified.`,
      signedBy,
    ];
  }
  return [
    `OK: ${name} is as it was sealed.`,
    `  ${counted(entries, 'entry', 'entries')}, ${counted(seals, 'seal', 'seals')}`,
    `  root ${root?.root ?? ''} over ${counted(root?.size ?? 0, 'entry', 'entries')}`,
    ...(given.roots > 0
      ? [`  ${counted(given.roots, 'published root', 'published roots')} found in its past`]
      : []),
    signedBy,
  ];
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

function read(name: string): Buffer {
  const path = userPath(name);
  try {
    const found = statSync(path);
    if (found.isCharacterDevice() || found.isBlockDevice()) {
      throw new CommandError(
        `Failed to read ${name}: it is a device. Name a log that was exported.`,
      );
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `Failed to read ${name}: ${reasonOf(error)}. Name a log that was exported, e.g. log.ndjson.`,
    );
  }
}

/** Whether there is nothing but spaces and ends of lines. */
const isBlank = (file: Buffer): boolean =>
  file.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));

const rootSchema = z.object({ size: z.int().min(0), root: z.string().regex(/^[0-9a-f]{64}$/i) });

function readRoots(name: string): readonly PublishedRoot[] {
  const { lines } = linesOf(read(name));
  const roots = lines.filter(({ bytes }) => !isBlank(bytes)).map((line) => readRoot(name, line));
  if (roots.length > 0) return roots;
  throw new CommandError(
    `Failed to read ${name}: there is no root in it. Name the file of the witness, or leave out --roots.`,
  );
}

function readRoot(name: string, { number, bytes }: Line): PublishedRoot {
  try {
    return rootSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new CommandError(
      `Failed to read ${name}: line ${number} is no root. A line is {"size":…,"root":"…"}, with a ` +
        'whole number of entries and the 64 hexadecimal digits of their root.',
    );
  }
}

function proofs(
  file: Buffer,
  { root }: Verification,
  values: { readonly prove?: string | undefined; readonly since?: string | undefined },
): readonly object[] {
  if (values.prove === undefined && values.since === undefined) return [];
  const leaves = linesOf(file)
    .lines.slice(1)
    .filter(({ bytes }) => !isSealLine(bytes))
    .map(({ bytes }) => leafHash(bytes));
  const found: object[] = [];
  if (values.prove !== undefined) {
    const index = numberOf('prove', values.prove, leaves.length) - 1;
    const leaf = leaves[index]?.toString('hex');
    found.push({
      proof: 'inclusion',
      index,
      leaf,
      ...root,
      path: hex(inclusionProof(leaves, index)),
    });
  }
  if (values.since !== undefined) {
    const oldSize = numberOf('since', values.since, leaves.length);
    found.push({
      proof: 'consistency',
      oldSize,
      ...root,
      path: hex(consistencyProof(leaves, oldSize)),
    });
  }
  return found;
}

const hex = (hashes: readonly Buffer[]): readonly string[] =>
  hashes.map((hash) => hash.toString('hex'));

function numberOf(flag: string, text: string, largest: number): number {
  const value = wholeNumber(text);
  if (value !== undefined && value >= 1 && value <= largest) return value;
  const there = largest === 1 ? 'one entry, 1' : `entries 1 to ${largest}`;
  throw new CommandError(
    `Failed to use --${flag}=${text}: the log has ${there}. Name one of them.`,
  );
}
