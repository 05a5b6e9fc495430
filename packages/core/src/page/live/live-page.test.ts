import { request } from 'node:http';
import { expect, it } from 'vitest';
import { aboutPayments } from '../fixtures/about-payments.ts';
import { paymentRun } from '../../report/fixtures/payment-run.ts';
import { recordLine } from '../../report/record-line.ts';
import { openLivePage } from './live-page.ts';

function ask(url: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(new URL(path, url), { headers, agent: false }, (got) => {
      let text = '';
      got.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      got.on('end', () => resolve({ status: got.statusCode, text }));
    });
    asked.on('error', reject).end();
  });
}

it('gives the records of a run from any line on, a bounded number at a time, to its own page alone', async () => {
  const live = await openLivePage({ example: 'payment-processing', origin: aboutPayments });
  const records = [...paymentRun()].slice(0, 1_500);
  for (const record of records) live.write(record);
  expect((await ask(live.url, '/')).text).toContain('<script src="page/live.js">');
  expect(JSON.parse((await ask(live.url, '/origin.json')).text)).toEqual(aboutPayments);
  const lines = records.map((record) => recordLine(record));
  expect((await ask(live.url, '/record/0')).text.split('\n')).toEqual(lines.slice(0, 1_000));
  expect((await ask(live.url, '/record/1000')).text.split('\n')).toEqual(lines.slice(1_000));
  expect(await ask(live.url, '/record/1500')).toEqual({ status: 200, text: '' });
  expect(await ask(live.url, '/record/-1')).toMatchObject({ status: 404 });
  expect(await ask(live.url, '/', { host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await ask(live.url, '/record/0', { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
  await live.close();
  await expect(ask(live.url, '/')).rejects.toThrow(/ECONNREFUSED/);
});
