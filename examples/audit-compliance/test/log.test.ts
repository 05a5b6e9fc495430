import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { runCommand } from '../src/log/command.ts';
import { headerLine, isSealLine, linesOf, makeSeal, sealLine } from '../src/log/log-file.ts';
import { emptyRoot, leafHash, rootOf } from '../src/log/merkle-tree.ts';
import { createSigner } from '../src/log/signing.ts';
import { fileOf } from '../src/log/tampering.ts';
import { verify as verifyCommand } from '../src/log/verify-command.ts';
import { type Problem, verifyLog } from '../src/log/verify-log.ts';

const signer = createSigner(Buffer.alloc(32, 7));
const { publicKey } = signer;
const origin = 'clinics.example/test';

/** A log with this many entries, sealed every three of them. */
function makeLog(count: number): Buffer {
  const lines = [headerLine({ type: 'audit-log', version: 1, origin, publicKey })];
  const leaves: Buffer[] = [];
  let sealed = 0;
  const seal = (isClosing: boolean): void => {
    const part = makeSeal(signer, origin, {
      size: leaves.length,
      root: rootOf(leaves).toString('hex'),
      sealedAt: '2026-11-23T08:00:00.000Z',
      isClosing,
      leaves: Buffer.concat(leaves.slice(sealed)).toString('hex'),
    });
    sealed = leaves.length;
    lines.push(sealLine(part));
  };
  for (let number = 1; number <= count; number += 1) {
    const line = JSON.stringify({ position: number, entryId: `request-${number}` });
    leaves.push(leafHash(Buffer.from(line)));
    lines.push(line);
    if (number % 3 === 0) seal(false);
  }
  seal(true);
  return Buffer.from(`${lines.join('\n')}\n`);
}

const file = makeLog(10);
const lines = linesOf(file).lines.map(({ bytes }) => bytes);
/** Indexes of the lines that are entries. */
const entryIndexes = lines.flatMap((line, index) =>
  index > 0 && !isSealLine(line) ? [index] : [],
);
const entryIndex = fc.constantFrom(...entryIndexes);
const anyLine = fc.nat(lines.length - 1);

const problemsOf = (bytes: Buffer): readonly Problem[] => verifyLog(bytes, { publicKey }).problems;

const withPublished = (size: number, root: string): readonly Problem[] =>
  verifyLog(file, { published: [{ size, root }] }).problems;

/** Line of the file in which a byte stands; a line feed belongs to the line that it ends. */
const lineOf = (offset: number): number =>
  1 + file.subarray(0, offset).filter((byte) => byte === 0x0a).length;

describe('an exported log', () => {
  test('verifies as it was written, with and without the key', () => {
    expect(verifyLog(file, { publicKey })).toMatchObject({ problems: [], entries: 10, seals: 4 });
    expect(verifyLog(file)).toMatchObject({ problems: [], publicKey });
    expect(verifyLog(makeLog(0)).problems).toEqual([]);
  });

  test('with any byte changed to any other is found, and the line is named', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (offset, change) => {
        const changed = Buffer.from(file);
        changed[offset] = (changed[offset] ?? 0) ^ change;
        const named = new Set(problemsOf(changed).map(({ line }) => line));
        // A line feed that is gone makes one line of two.
        const expected = [lineOf(offset), lineOf(offset) + 1];
        expect(expected.some((line) => named.has(line))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('with each single byte of it changed is found, whichever it is', () => {
    for (let offset = 0; offset < file.length; offset += 1) {
      const changed = Buffer.from(file);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      expect(problemsOf(changed).length, `byte ${offset}`).toBeGreaterThan(0);
    }
  });

  test('with an entry altered names the entry and its line', () => {
    fc.assert(
      fc.property(entryIndex, (index) => {
        const altered = Buffer.from('{"position":1,"entryId":"request-x"}');
        const problems = problemsOf(fileOf(lines.with(index, altered)));
        const entry = entryIndexes.indexOf(index) + 1;
        expect(problems).toMatchObject([{ kind: 'altered', line: index + 1, entry }]);
      }),
    );
  });

  test('with an entry removed names the entry and where it stood', () => {
    fc.assert(
      fc.property(entryIndex, (index) => {
        const entry = entryIndexes.indexOf(index) + 1;
        const problems = problemsOf(fileOf(lines.toSpliced(index, 1)));
        expect(problems).toMatchObject([{ kind: 'removed', entry }]);
        // Seals are no entries: the next entry may stand behind one.
        expect(Math.abs((problems[0]?.line ?? 0) - (index + 1))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('with a line added names that line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: lines.length }), fc.json(), (index, text) => {
        const added = Buffer.from(`{"added":${text}}`);
        const problems = problemsOf(fileOf(lines.toSpliced(index, 0, added)));
        expect(problems[0]).toMatchObject({ kind: 'added', line: index + 1 });
      }),
    );
  });

  test('with an entry repeated or moved names it', () => {
    fc.assert(
      fc.property(entryIndex, entryIndex, (from, to) => {
        fc.pre(from !== to);
        const line = lines[from] ?? Buffer.alloc(0);
        const repeated = problemsOf(fileOf(lines.toSpliced(to, 0, line)));
        expect(repeated.length).toBeGreaterThan(0);
        const exchanged = lines.with(from, lines[to] ?? line).with(to, line);
        const problems = problemsOf(fileOf(exchanged));
        const moved = [from, to].map((index) => entryIndexes.indexOf(index) + 1);
        expect(
          problems.some(
            ({ kind, entry = 0 }) =>
              kind === 'reordered' && entry >= Math.min(...moved) && entry <= Math.max(...moved),
          ),
        ).toBe(true);
      }),
    );
  });

  test('with any two different lines exchanged is found', () => {
    fc.assert(
      fc.property(anyLine, anyLine, (a, b) => {
        fc.pre(a !== b);
        const [first, second] = [lines[a], lines[b]];
        if (first === undefined || second === undefined) return;
        expect(problemsOf(fileOf(lines.with(a, second).with(b, first)))).not.toEqual([]);
      }),
    );
  });

  test('with any line removed, cut off anywhere, or emptied is found', () => {
    for (const index of lines.keys()) {
      expect(problemsOf(fileOf(lines.toSpliced(index, 1))), `line ${index + 1}`).not.toEqual([]);
    }
    for (let length = 0; length < file.length; length += 1) {
      expect(problemsOf(file.subarray(0, length)), `${length} bytes`).not.toEqual([]);
    }
  });

  test('written anew with another key is found by whoever knows the key', () => {
    const other = createSigner(Buffer.alloc(32, 8)).publicKey;
    const [problem] = verifyLog(file, { publicKey: other }).problems;
    expect(problem).toMatchObject({ kind: 'header', line: 1 });
  });

  test('that is shorter than a published root, or has another past, is found', () => {
    const leaves = entryIndexes.map((index) => leafHash(lines[index] ?? Buffer.alloc(0)));
    const root = rootOf(leaves.slice(0, 4)).toString('hex');
    expect(withPublished(4, root)).toEqual([]);
    expect(withPublished(5, root)).toMatchObject([{ kind: 'published' }]);
    expect(withPublished(11, root)).toMatchObject([{ kind: 'published', entry: 11 }]);
  });

  test('has the roots that were published, in either case, that of no entries included', () => {
    const leaves = entryIndexes.map((index) => leafHash(lines[index] ?? Buffer.alloc(0)));
    const root = rootOf(leaves.slice(0, 4)).toString('hex').toUpperCase();
    expect(withPublished(4, root)).toEqual([]);
    expect(withPublished(0, emptyRoot().toString('hex').toUpperCase())).toEqual([]);
    expect(withPublished(0, root)).toMatchObject([{ kind: 'published', line: 1 }]);
  });

  test('with a seal over 130,000 entries is read, whether they are there or removed', () => {
    const entries = Array.from({ length: 130_000 }, (_, index) => Buffer.from(String(index)));
    const leaves = entries.map((entry) => leafHash(entry));
    const header = headerLine({ type: 'audit-log', version: 1, origin, publicKey });
    const seal = makeSeal(signer, origin, {
      size: leaves.length,
      root: rootOf(leaves).toString('hex'),
      sealedAt: '2026-11-23T08:00:00.000Z',
      isClosing: true,
      leaves: Buffer.concat(leaves).toString('hex'),
    });
    const [first, last] = [Buffer.from(header), Buffer.from(sealLine(seal))];
    expect(problemsOf(fileOf([first, ...entries, last]))).toEqual([]);
    const removed = problemsOf(fileOf([first, last]));
    expect(removed).toHaveLength(entries.length);
    expect(removed[0]).toMatchObject({ kind: 'removed', line: 2, entry: 1 });
  });

  test('with nested arrays, keys that are no points or anything else in its lines gets an answer', () => {
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const key of ['00', 'ff', '7f', '01'].map((byte) => byte.repeat(32))) {
      const header = headerLine({ type: 'audit-log', version: 1, origin, publicKey: key });
      expect(problemsOf(fileOf(lines.with(0, Buffer.from(header))))).not.toEqual([]);
      expect(verifyLog(fileOf(lines.with(0, Buffer.from(header)))).problems).not.toEqual([]);
    }
    for (const index of lines.keys()) {
      for (const text of [nested, `{"type":"seal","size":${nested}}`, '', '\0', '\u{feff}{}']) {
        expect(problemsOf(fileOf(lines.with(index, Buffer.from(text))))).not.toEqual([]);
      }
    }
  });
});

describe('the verify command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
  const program = join(import.meta.dirname, '../src/log/verify.ts');
  /** As the program, in this process: what each of them takes to start is longer than most of this file. */
  const verify = async (...args: readonly string[]) => {
    const { argv, exitCode } = process;
    const listeners = process.stdout.rawListeners('error');
    const written = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        written[stream] += String(text);
        return true;
      }),
    );
    vi.stubEnv('INIT_CWD', folder);
    process.argv = [process.execPath, program, ...args];
    try {
      await runCommand(verifyCommand);
      return { status: process.exitCode, ...written };
    } finally {
      for (const spy of spies) spy.mockRestore();
      vi.unstubAllEnvs();
      Object.assign(process, { argv, exitCode });
      for (const each of process.stdout.rawListeners('error')) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was added
        if (!listeners.includes(each)) process.stdout.off('error', each as () => void);
      }
    }
  };
  writeFileSync(join(folder, 'log.ndjson'), file);
  writeFileSync(join(folder, 'short.ndjson'), file.subarray(0, 400));
  const text = readFileSync(join(folder, 'log.ndjson'), 'utf8');
  writeFileSync(join(folder, 'changed.ndjson'), text.replace('request-5', 'request-6'));
  writeFileSync(join(folder, 'nothing-in-it.ndjson'), '\r\n \n');
  writeFileSync(join(folder, 'no-bytes.ndjson'), '');
  writeFileSync(join(folder, 'no-entries.ndjson'), makeLog(0));
  const roots = {
    'roots.ndjson': `{"size":0,"root":"${emptyRoot().toString('hex')}"}`,
    'wrong-root-of-0.ndjson': `{"size":0,"root":"${publicKey}"}`,
    'no-hex.ndjson': `\r\n{"size":4,"root":"${'g'.repeat(64)}"}`,
    'short-root.ndjson': `{"size":4,"root":"${'a'.repeat(63)}"}`,
    'prefixed-root.ndjson': `{"size":4,"root":"0x${'a'.repeat(62)}"}`,
    'root-with-end.ndjson': `{"size":4,"root":"${'a'.repeat(64)}\\n"}`,
  };
  for (const [name, line] of Object.entries(roots))
    writeFileSync(join(folder, name), `${line}\r\n`);

  test('says yes with exit code 0, as pnpm hands over the arguments', () => {
    const args = [program, '--', 'log.ndjson', `--key=${publicKey}`];
    const env = { ...process.env, INIT_CWD: folder };
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    expect(stdout).toContain('OK: log.ndjson is as it was sealed');
    expect(status).toBe(0);
  });

  test('says no with exit code 1, and where', async () => {
    const { status, stdout } = await verify('changed.ndjson');
    expect(stdout).toContain('entry 5 in line 7 was altered');
    expect(status).toBe(1);
    expect((await verify('short.ndjson')).status).toBe(1);
  });

  test('takes key and roots in either case, and says how many roots it found', async () => {
    const { status, stdout } = await verify(
      'log.ndjson',
      `--key=${publicKey.toUpperCase()}`,
      '--roots=roots.ndjson',
    );
    expect(stdout).toContain('1 published root found in its past');
    expect(stdout).toContain('signed by the key that was given');
    expect(status).toBe(0);
  });

  test('says no to a root over no entries that is wrong', async () => {
    const { status, stdout } = await verify('log.ndjson', '--roots=wrong-root-of-0.ndjson');
    expect(stdout).toContain('a root over 0 entries was published that is not');
    expect(status).toBe(1);
  });

  test('ends with exit code 2 when there is nothing to verify: no bytes, or no entries', async () => {
    for (const name of ['nothing-in-it.ndjson', 'no-bytes.ndjson']) {
      const { status, stderr } = await verify(name);
      expect(stderr).toContain(`Failed to verify ${name}: there is nothing in it.`);
      expect(status).toBe(2);
    }
    const { status, stdout } = await verify('no-entries.ndjson', '--prove=1');
    expect(stdout).toContain('EMPTY: no-entries.ndjson is sealed as a log without entries');
    expect(status).toBe(2);
    expect((await verify('no-entries.ndjson', '--json')).status).toBe(2);
  });

  test('refuses with exit code 2 what it cannot use, and says what to do', async () => {
    for (const [args, text2] of [
      [[], 'no file was named'],
      [['nothing.ndjson'], 'there is no such file'],
      [['log.ndjson', '--kye=1'], '--kye'],
      [['log.ndjson', `--key=${publicKey}`, '--key=abc'], '--key: it stands twice'],
      [['log.ndjson', '--key', '--json'], '--key'],
      [['log.ndjson', '--key=abc'], 'no public key'],
      [['log.ndjson', '--prove=11'], 'entries 1 to 10'],
      [['log.ndjson', '--prove=1e1'], 'entries 1 to 10'],
      [['log.ndjson', '--since='], 'entries 1 to 10'],
      [['log.ndjson', `--key=${publicKey}0`], 'no public key'],
      [['log.ndjson', '--roots=log.ndjson'], 'line 1 is no root'],
      [['log.ndjson', '--roots=no-hex.ndjson'], 'line 2 is no root'],
      [['log.ndjson', '--roots=short-root.ndjson'], '64 hexadecimal digits'],
      [['log.ndjson', '--roots=prefixed-root.ndjson'], 'line 1 is no root'],
      [['log.ndjson', '--roots=root-with-end.ndjson'], 'line 1 is no root'],
      [['log.ndjson', '--roots=no-bytes.ndjson'], 'there is no root in it'],
      [['.'], 'it is a folder'],
      [['/dev/zero'], 'it is a device'],
    ] as const) {
      const { status, stderr } = await verify(...args);
      expect(stderr).toContain(text2);
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(2);
    }
  });

  test('prints proofs that hold', async () => {
    const { stdout } = await verify('log.ndjson', '--prove=4', '--since=7');
    expect(stdout).toContain('"proof":"inclusion","index":3');
    expect(stdout).toContain('"proof":"consistency","oldSize":7');
    expect((await verify('--help')).stdout).toContain('Exit code 0');
  });
});
