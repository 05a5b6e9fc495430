import { connect } from 'node:net';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { classTable } from '../src/class/class-command.ts';
import { type MessageServer, newCode, startMessageServer } from '../src/class/message-server.ts';
import { RateLimit } from '../src/class/rate-limit.ts';
import { createReporter } from '../src/class/reporter.ts';
import { Roll } from '../src/class/roll.ts';

const code = 'K7P2QX';
const step = 'payment-processing/2-freeze';
const good = { code, name: 'Ada', step, verdict: 'passed' };
let nowMs = 0;
let roll: Roll;
let server: MessageServer;
let url = '';

beforeEach(async () => {
  nowMs = 0;
  roll = new Roll(() => nowMs);
  server = await startMessageServer({
    port: 0,
    isOpen: false,
    code,
    take: (message) => roll.take(message),
    nowMs: () => nowMs,
  });
  url = server.urls[0] ?? '';
});
afterEach(() => server.stop());

interface Sent {
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly path?: string;
}

/** Sends as it stands: `fetch` would not let a test set Host and Origin. */
function send(body: string, { headers = {}, method = 'POST', path = '/step' }: Sent = {}) {
  const { hostname, port } = new URL(url);
  return new Promise<number>((resolve, reject) => {
    const made = request(
      { hostname, port, method, path, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    made.on('error', reject);
    made.end(body);
  });
}

describe('what a class takes', () => {
  test('is a step and its verdict, with the code', async () => {
    expect(await send(JSON.stringify(good))).toBe(204);
    nowMs = 65_000;
    expect(roll.rows()).toEqual([{ name: 'Ada', step, verdict: 'passed', secondsAgo: 65 }]);
  });

  test.each([
    ['no JSON', '{"code":', 400],
    ['another shape', '[]', 400],
    ['another field', JSON.stringify({ ...good, files: 'mine' }), 400],
    ['a name that is too long', JSON.stringify({ ...good, name: 'x'.repeat(41) }), 400],
    ['an empty name', JSON.stringify({ ...good, name: '  ' }), 400],
    ['no step of a workshop', JSON.stringify({ ...good, step: '../../etc' }), 400],
    ['another verdict', JSON.stringify({ ...good, verdict: 'winner' }), 400],
    ['another code', JSON.stringify({ ...good, code: 'K7P2QY' }), 401],
    ['a huge message', JSON.stringify({ ...good, name: 'x'.repeat(100_000) }), 413],
    ['JSON that nests deeply', '['.repeat(400), 400],
  ])('is not %s', async (_, body, status) => {
    expect(await send(body)).toBe(status);
    expect(roll.rows()).toEqual([]);
    expect(await send(JSON.stringify(good))).toBe(204);
  });

  test.each([
    ['a host of another name, as after DNS rebinding', { host: 'evil.example:80' }, 403],
    ['a page of elsewhere', { origin: 'https://evil.example' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
  ])('does not come from %s', async (_, headers, status) => {
    expect(await send(JSON.stringify(good), { headers })).toBe(status);
    expect(roll.rows()).toEqual([]);
  });

  test('comes to one address, by one method', async () => {
    expect(await send('', { method: 'GET' })).toBe(404);
    expect(await send(JSON.stringify(good), { path: '/state' })).toBe(404);
  });
});

test('whoever guesses codes is told to wait, and let in again a minute later', async () => {
  const wrong = JSON.stringify({ ...good, code: 'AAAAAA' });
  for (let guess = 0; guess < 20; guess += 1) expect(await send(wrong)).toBe(401);
  expect(await send(JSON.stringify(good))).toBe(429);
  nowMs = 60_000;
  expect(await send(JSON.stringify(good))).toBe(204);
});

test('of 10,000 people who join, as many get in as a room holds', async () => {
  const statuses = new Map<number, number>();
  for (let person = 0; person < 10_000; person += 1) {
    // A minute for each hundred: what the rate lets through.
    nowMs = Math.floor(person / 100) * 60_000;
    if (roll.take({ name: `p${person}`, step, verdict: 'begun' })) continue;
    statuses.set(503, (statuses.get(503) ?? 0) + 1);
  }
  expect(roll.rows()).toHaveLength(200);
  expect(statuses.get(503)).toBe(9_800);
  expect(await send(JSON.stringify(good))).toBe(503);
  expect(await send(JSON.stringify({ ...good, name: 'p7' }))).toBe(204);
});

test('a flood is refused after its share of a minute', async () => {
  let refused = 0;
  for (let message = 0; message < 620; message += 1)
    refused += Number((await send(JSON.stringify(good))) === 429);
  expect(refused).toBe(20);
});

test('what is no HTTP ends its own connection, and nothing else', async () => {
  const { hostname, port } = new URL(url);
  for (const bytes of [
    '\u0000\u0001nonsense\r\n\r\n',
    `POST /step HTTP/1.1\r\n${'x'.repeat(9_000)}`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  }
  expect(await send(JSON.stringify(good))).toBe(204);
});

test('memory of addresses is bounded: in one window there is room for so many', () => {
  const limit = new RateLimit({ most: 2, windowMs: 1_000, nowMs: () => nowMs });
  for (let address = 0; address < 5_000; address += 1) limit.count(String(address));
  expect(limit.isSpent('0')).toBe(false);
  limit.count('0');
  expect(limit.isSpent('0')).toBe(true);
  expect(limit.isSpent('4999')).toBe(true);
  nowMs = 1_000;
  expect(limit.isSpent('4999')).toBe(false);
});

test('a name moves no cursor, and a line has at most 80 columns', () => {
  roll.take({ name: '\u001B[2J\u202Eevil\n', step, verdict: 'not yet' });
  roll.take({
    name: 'x'.repeat(40),
    step: `${'s'.repeat(40)}/${'t'.repeat(30)}`,
    verdict: 'begun',
  });
  const lines = classTable(roll.rows());
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(80);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(line).not.toMatch(/[\u0000-\u001F\u202E]/);
  }
  expect(lines[1]).toContain('\\x1b[2J');
});

test('a code is read out: no letter that is taken for another', () => {
  for (let at = 0; at < 100; at += 1) expect(newCode()).toMatch(/^[2-9A-HJKMNP-Z]{6}$/);
});

describe('a participant', () => {
  const place = { incident: 'payment-processing', exercise: '2-freeze' };

  // Patience is for networks: here, whoever is there answers, however slow the machine.
  beforeEach(() => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    return () => vi.restoreAllMocks();
  });

  test('sends nothing but name, step and verdict, and is shown it', async () => {
    const lines: string[] = [];
    const reporter = createReporter({ class: url, code, name: 'Ada' }, (line) => lines.push(line));
    await reporter?.report(place, 'not yet');
    expect(roll.rows()).toMatchObject([{ name: 'Ada', step, verdict: 'not yet' }]);
    expect(lines).toEqual([
      `Sent to ${new URL(url).host}: ${JSON.stringify({ code, name: 'Ada', step, verdict: 'not yet' })}`,
    ]);
  });

  test('goes on when nobody is there, and is told so once', async () => {
    await server.stop();
    const lines: string[] = [];
    const reporter = createReporter({ class: url, code, name: 'Ada' }, (line) => lines.push(line));
    await reporter?.report(place, 'begun');
    await reporter?.report(place, 'passed');
    expect(lines.filter((line) => line.startsWith('The class was not told'))).toHaveLength(1);
  });

  test('sends nothing unless asked to', () => {
    expect(createReporter({}, () => undefined)).toBeUndefined();
  });

  test.each([
    [{ class: 'nonsense', code, name: 'Ada' }, /--class=nonsense/],
    [{ class: 'file:///etc/passwd', code, name: 'Ada' }, /no address of a class/],
    [{ class: 'http://a:b@localhost:1', code, name: 'Ada' }, /no address of a class/],
    [{ class: 'http://localhost:1', name: 'Ada' }, /--code is missing/],
    [{ class: 'http://localhost:1', code }, /--name is missing/],
    [{ class: 'http://localhost:1', code, name: 'x'.repeat(41) }, /at most 40/],
  ])('is told what is wrong with %j', (flags, sentence) => {
    expect(() => createReporter(flags, () => undefined)).toThrow(sentence);
  });
});
