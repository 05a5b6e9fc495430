import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Readable } from 'node:stream';
import { type ReportKind, reportText } from '../cli/index.ts';
import { UsageError } from '../command-line/index.ts';
import { paymentRun } from '../report/fixtures/payment-run.ts';
import type { RunRecord } from '../scenario/record.ts';
import { createRecorder, recordLine } from '../scenario/recorder.ts';
import { makeView, type ViewFlags } from './make-view.ts';

const program = new URL('main.ts', import.meta.url).pathname;
let folder = '';

/** As a run writes it: the last line has the hash of those before it. */
function written(records: Iterable<RunRecord>): readonly RunRecord[] {
  const kept: RunRecord[] = [];
  const recorder = createRecorder((record) => kept.push(record));
  for (const record of records) {
    if (record.type === 'run.finished') kept.push({ ...record, hash: recorder.hash() });
    else recorder.write(record);
  }
  return kept;
}

const storm = written(paymentRun({ scenario: 'recovery', durationMs: 120_000, checkFails: true }));
const steps = written(paymentRun({ scenario: 'scale', durationMs: 60_000 }));
const lines = storm.map(recordLine);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-view-'));
  writeFileSync(join(folder, 'run.ndjson'), `${lines.join('\n')}\n`);
  mkdirSync(join(folder, 'folder.md'));
  symlinkSync(join(folder, 'elsewhere.md'), join(folder, 'link.md'));
  writeFileSync(join(folder, 'steps.ndjson'), `${steps.map(recordLine).join('\n')}\n`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What is made of a file in the folder, or of `input`; or the sentence that refuses it. */
async function view(
  words: readonly string[],
  flags: Partial<ViewFlags> = {},
  input: readonly string[] = [],
): Promise<string> {
  vi.stubEnv('INIT_CWD', folder);
  const stdin = Readable.from([input.join('\n')]);
  try {
    const all = { list: false, unfinished: false, ...flags };
    return (await makeView(words, all, stdin)).text;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

const chartAs = (to: ReportKind) => view(['run.ndjson'], { chart: 'latency', to });
const tableAs = (to: ReportKind) => view(['run.ndjson'], { table: 'measured', to });

const shell = (command: string) => {
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `"${process.execPath}" "${program}" ${command}`],
    { cwd: folder, env: { ...process.env, INIT_CWD: folder }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

describe('a whole run', () => {
  test.each(['html', 'svg', 'md', 'csv', 'ndjson'] as const)(
    'is as %s what --report makes of it',
    async (to) => {
      expect(await view(['run.ndjson'], { to })).toBe(await reportText(to, storm));
    },
  );

  test('is read from standard input, too', async () => {
    const windows = lines.map((line) => `${line}\r`);
    expect(await view(['-'], { to: 'md' }, windows)).toBe(await reportText('md', storm));
  });
});

describe('a part of a run', () => {
  test('--list names every chart and every table', async () => {
    const list = await view(['run.ndjson'], { list: true });
    expect(list).toMatch(/^ {2}--chart=latency +\S/m);
    expect(list).toMatch(/^ {2}--table=measured +What was measured$/m);
    expect(list).toMatch(/^ {2}--table=checks +Checks$/m);
    expect(await view(['steps.ndjson'], { list: true })).toMatch(/^ {2}--table=load-steps +\S/m);
  });

  test('a chart is a picture, a figure for a page, its figures, or its samples', async () => {
    expect(await chartAs('svg')).toMatch(/^<svg [^>]*role="img"[\s\S]*prefers-color-scheme:dark/);
    expect(await chartAs('html')).toMatch(/^<figure>\n<svg [\s\S]*<table>[\s\S]*<\/figure>\n$/);
    expect(await chartAs('md')).toMatch(/^## .+\n\n\| Series \| Phase \| Lowest \|/);
    const [head = ''] = (await chartAs('csv')).split('\r\n');
    const own = storm.flatMap((record) =>
      record.type === 'run.started'
        ? record.series.filter(({ chart }) => chart === 'latency').map(({ name }) => name)
        : [],
    );
    expect(head.split(',')).toEqual(['phase', 'atMs', ...own]);
  });

  test('a table is Markdown, an element for a page, or figures that are not rounded', async () => {
    expect(await tableAs('md')).toMatch(/^## What was measured\n\n\| measured \|/);
    expect(await tableAs('html')).toMatch(/^<figure>[\s\S]*<th scope="row">[\s\S]*<\/figure>/);
    expect(await tableAs('csv')).toMatch(/^metric,unit,direct-calls,hardened\r\n/);
  });
});

describe('what is no whole run is refused in a sentence that names the line', () => {
  const changed = lines.map((line) => line.replace('"type":"check"', '"type":"check" '));
  test.each<[string, readonly string[], string]>([
    ['a line cut off', [...lines.slice(0, 3), '{"type":"sam'], 'line 4 is not JSON'],
    ['a file cut off between lines', lines.slice(0, 9), 'it ends with line 9, before the run did'],
    ['another thing', ['{"type":"rumour"}'], 'line 1 is not a record'],
    ['no beginning', lines.slice(1), 'line 1 begins no run'],
    ['two runs', [...lines.slice(0, 4), ...lines], 'line 5 begins another run'],
    ['more after its end', [...lines, lines[4] ?? ''], 'comes after the end of the run'],
    ['nothing', [], 'it is empty'],
    ['a changed line', changed, `its hash is not the one that line ${lines.length} names`],
  ])('%s', async (_, text, cause) => {
    const said = await view(['-'], { to: 'md' }, text);
    expect(said).toMatch(/^Failed to read standard input: [^\n]+$/);
    expect(said).toContain(cause);
  });

  test('an unfinished run is seen as far as it goes by who asks for that', async () => {
    const seen = await view(['-'], { to: 'md', unfinished: true }, lines.slice(0, 9));
    expect(seen).toContain('**The run did not finish.**');
  });

  test.each([
    ['missing.ndjson', 'there is no such file.'],
    ['.', 'that is a directory.'],
    ['/dev/zero', 'that is no file.'],
    ['run.ndjson/x', 'there is no way to that place.'],
  ])('%s: %s', async (file, cause) => {
    expect(await view([file], { to: 'md' })).toContain(`Failed to read ${file}: ${cause}`);
  });
});

describe('what does not go together, or is not there, is refused in a sentence', () => {
  test.each<[readonly string[], Partial<ViewFlags>, string]>([
    [[], {}, 'it names no run'],
    [['run.ndjson'], {}, 'it does not say what the run is to become'],
    [['run.ndjson', 'steps.ndjson'], { to: 'md' }, 'one run is read at a time'],
    [['run.ndjson'], { to: 'md', out: 'run.html' }, 'ends otherwise'],
    [['run.ndjson'], { list: true, to: 'md' }, '--list shows what there is'],
    [['run.ndjson'], { out: 'link.md' }, 'a symbolic link, which a report never replaces'],
    [['run.ndjson'], { out: 'folder.md' }, 'that is a directory'],
    [['run.ndjson'], { out: 'nowhere/run.md' }, 'there is no directory'],
    [['run.ndjson'], { chart: 'latncy', to: 'md' }, 'Did you mean latency? Use one of '],
    [['run.ndjson'], { table: 'steps', to: 'md' }, 'Use one of measured, checks.'],
    [['run.ndjson'], { table: 'checks', to: 'svg' }, 'Use one of html, md, csv, or the whole run.'],
    [['run.ndjson'], { chart: 'latency', to: 'ndjson' }, 'Use one of html, svg, md, csv, or '],
    [['run.ndjson'], { chart: 'latency', table: 'checks', to: 'md' }, 'Leave out one of the two.'],
  ])('%j %j', async (words, flags, cause) => {
    const said = await view(words, flags);
    expect(said).toMatch(/^Failed to read [^\n]+$/);
    expect(said).toContain(cause);
  });
});

describe('the program', () => {
  test('writes a file that takes the place of another, and nothing to standard output', async () => {
    writeFileSync(join(folder, 'out.md'), 'before');
    expect(shell('run.ndjson --out=out.md')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, 'out.md'), 'utf8')).toBe(await reportText('md', storm));
  });

  test('ends with 2 for a run that cannot be read', () => {
    const stderr = 'Failed to read missing.ndjson: there is no such file. Check the path.\n';
    expect(shell('missing.ndjson --to=md')).toEqual({ status: 2, stdout: '', stderr });
  });

  test.runIf(existsSync('/dev/full'))('ends with 74 and a sentence on a full disk', () => {
    expect(shell('run.ndjson --to=html > /dev/full')).toMatchObject({
      status: 74,
      stderr:
        'Failed to write standard output: no space is left on the device. Free some, or write it elsewhere.\n',
    });
  });
});
