import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { paymentRun } from './fixtures/payment-run.ts';
import { RecordUnreadableError } from './errors.ts';
import { ndjsonView } from './ndjson-view.ts';
import { readRecord } from './read-record.ts';

async function readAll(lines: Iterable<string> | AsyncIterable<string>) {
  const records = [];
  for await (const record of readRecord(lines)) records.push(record);
  return records;
}

function write(records: Iterable<Parameters<ReturnType<typeof ndjsonView>['write']>[0]>): string {
  let text = '';
  const view = ndjsonView({ stream: { write: (part) => (text += part) } });
  for (const record of records) view.write(record);
  void view.close();
  return text;
}

const run = () => paymentRun({ scenario: 'scale', durationMs: 120_000, checkFails: true });

describe('a record as NDJSON', () => {
  // The first of this file: the schema takes a while to load, once.
  it('loses no line of an input that has them all at once', async () => {
    const records = [...run()];
    const input = createInterface({ input: Readable.from([write(records)]) });
    expect(await readAll(input)).toEqual(records);
  });

  it('comes back as it was written', async () => {
    const records = [...run()];
    expect(await readAll(write(records).split('\n'))).toEqual(records);
  });

  it('keeps the keys in the order in which the record was built', () => {
    expect(
      write([{ type: 'sample', atMs: 1000, phase: 'hardened', values: { b: 0.1, a: 2 } }]),
    ).toBe('{"type":"sample","atMs":1000,"phase":"hardened","values":{"b":0.1,"a":2}}\n');
  });

  it('names the line that is not JSON, blank lines counted', async () => {
    const lines = ['', write(run()).split('\n')[0] ?? '', '{"type":'];
    const error = await readAll(lines).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RecordUnreadableError);
    expect(error).toMatchObject({ code: 'RECORD_UNREADABLE', line: 3 });
    expect(String(error)).toContain('line 3 is not JSON');
  });

  it('names the line and the field that the schema does not allow', async () => {
    const lines = ['{"type":"sample","atMs":-1,"phase":"hardened","values":{}}'];
    await expect(readAll(lines)).rejects.toThrow(/line 1 is not a record at atMs/);
  });

  it('refuses a type that this version does not know', async () => {
    await expect(readAll(['{"type":"rumour"}'])).rejects.toThrow(/line 1 is not a record/);
  });
});
