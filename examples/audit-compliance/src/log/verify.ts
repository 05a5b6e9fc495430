import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandError, onlyFile, readFlags, reasonOf, runCommand, userPath } from '../command.ts';
import { isSealLine, linesOf, type PublishedRoot } from './log-file.ts';
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

Exit code 0: the log is as it was sealed. 1: it is not. 2: there is nothing to verify.
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

async function verify(argv: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags(argv, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const name = onlyFile(positionals, usage);
  const { key } = values;
  if (key !== undefined && !isPublicKey(key)) {
    throw new CommandError(
      `Failed to use --key=${key}: it is no public key. Give the 64 hexadecimal digits that were published.`,
    );
  }
  const file = read(name);
  const published = values.roots === undefined ? [] : readRoots(values.roots);
  const result = verifyLog(file, { publicKey: key, published });
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(`${describe(name, result, key !== undefined).join('\n')}\n`);
  if (result.problems.length > 0) return 1;
  for (const proof of proofs(file, result, values)) {
    process.stdout.write(`${JSON.stringify(proof)}\n`);
  }
  return 0;
}

function describe(name: string, result: Verification, isPinned: boolean): readonly string[] {
  const { problems, entries, seals, root, publicKey } = result;
  if (problems.length > 0) {
    const told = problems.slice(0, maxTold).map(({ text }) => `  ${text}`);
    const rest = problems.length - told.length;
    return [
      `TAMPERED: ${name} is not as it was sealed.`,
      ...told,
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  }
  return [
    `OK: ${name} is as it was sealed.`,
    `  ${entries} entries, ${seals} seals`,
    `  root ${root?.root ?? ''} over ${root?.size ?? 0} entries`,
    isPinned
      ? `  signed by the key that was given`
      : `  signed by ${publicKey ?? ''}; compare this with the key that was published, or give it as --key`,
  ];
}

function read(name: string): Buffer {
  try {
    return readFileSync(userPath(name));
  } catch (error) {
    throw new CommandError(
      `Failed to read ${name}: ${reasonOf(error)}. Name a log that was exported, e.g. log.ndjson.`,
    );
  }
}

const rootSchema = z.object({ size: z.int().min(0), root: z.string() });

function readRoots(name: string): readonly PublishedRoot[] {
  const lines = read(name).toString('utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    try {
      return [rootSchema.parse(JSON.parse(line))];
    } catch {
      throw new CommandError(
        `Failed to read ${name}: line ${index + 1} is no root. A line is {"size":…,"root":"…"}.`,
      );
    }
  });
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
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new CommandError(
    `Failed to use --${flag}=${text}: the log has entries 1 to ${largest}. Name one of them.`,
  );
}

await runCommand(verify);
