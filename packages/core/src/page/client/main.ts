import type { RunRecord } from '../../scenario/record.ts';
import { readRecord } from '../../report/read-record.ts';
import { emptyRun, reduce } from '../../report/run-state.ts';
import type { RunPage } from './run-page.ts';
import { createWorkbench } from './workbench.ts';

const openWorker = (example: string): Worker =>
  new Worker(new URL(`../worker/${example}/stdin.js`, import.meta.url), { type: 'module' });

async function openRecord(file: File, page: RunPage): Promise<void> {
  const state = emptyRun();
  const text = await file.text();
  const records: AsyncIterable<RunRecord> = readRecord(text.split('\n'));
  for await (const record of records) reduce(state, record);
  page.show(state);
}

createWorkbench({ openWorker, openRecord }).start();
