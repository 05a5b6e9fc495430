import { request } from 'node:http';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
/** One that takes messages. */
let door: RunningServer;
const taken: (readonly [path: string, message: unknown])[] = [];

beforeAll(async () => {
  const page = { type: 'text/html', text: 'hello' } as const;
  const find = (path: string) =>
    path === '/broken.js'
      ? Promise.reject(new Error('it does not build'))
      : Promise.resolve(path === '/' ? page : undefined);
  server = await startServer(find, { port: 0 });
  door = await startServer(find, {
    port: 0,
    take: (path, message) => {
      taken.push([path, message]);
      return Promise.resolve(
        path === '/save'
          ? { status: 200, body: { saved: true } }
          : { status: 404, body: 'There is nothing here.' },
      );
    },
  });
});

afterEach(() => taken.splice(0));

afterAll(() => Promise.all([server.stop(), door.stop()]));

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly of?: RunningServer;
}

function ask(
  headers: Record<string, string>,
  { path = '/', method = 'GET', body, of = server }: Asked = {},
) {
  return new Promise<{ status: number | undefined; text: string; policy: unknown }>(
    (resolve, reject) => {
      const asked = request(new URL(path, of.url), { headers, method, agent: false }, (got) => {
        let text = '';
        got.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        got.on('end', () => {
          resolve({
            status: got.statusCode,
            text,
            policy: got.headers['content-security-policy'],
          });
        });
      });
      asked.on('error', reject).end(body);
    },
  );
}

describe('the server of the page', () => {
  test('listens on the loopback interface, and answers its own page', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { host } = new URL(server.url);
    expect(await ask({ host, origin: `http://${host}` })).toMatchObject({
      status: 200,
      text: 'hello',
      policy: expect.stringContaining("default-src 'none'"),
    });
  });

  test.each([
    ['a name that was made to point here', { host: 'evil.example' }],
    ['a page of elsewhere', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
  ])('refuses %s', async (_who, headers) => {
    expect(await ask(headers)).toMatchObject({ status: 403 });
  });

  test('says that there is nothing, and takes nothing', async () => {
    expect(await ask({}, { path: '/../../etc/passwd' })).toMatchObject({ status: 404 });
    expect(await ask({}, { method: 'POST' })).toMatchObject({ status: 405 });
  });

  test('tells the terminal, too, what cannot be made', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await ask({}, { path: '/broken.js' })).toMatchObject({
      status: 500,
      text: 'it does not build\n',
    });
    expect(told.mock.calls).toEqual([['Failed to serve /broken.js: it does not build\n']]);
    told.mockRestore();
  });
});

const post = (headers: Record<string, string>, body: string | Buffer = '{"a":1}') =>
  ask(headers, { path: '/save', method: 'POST', body, of: door });

describe('a server that takes messages', () => {
  const json = { 'content-type': 'application/json' };
  const own = () => ({ ...json, origin: new URL(door.url).origin });

  test('hands on what its own page sends, and answers with what became of it', async () => {
    expect(await post(own())).toMatchObject({ status: 200, text: '{"saved":true}' });
    expect(
      await post({ ...own(), 'content-type': 'application/json; charset=utf-8' }),
    ).toMatchObject({ status: 200 });
    expect(await ask(own(), { path: '/no', method: 'POST', body: '[]', of: door })).toMatchObject({
      status: 404,
      text: 'There is nothing here.\n',
    });
    expect(taken).toEqual([
      ['/save', { a: 1 }],
      ['/save', { a: 1 }],
      ['/no', []],
    ]);
  });

  test.each([
    ['who does not say where he comes from', json, 403],
    ['a page of elsewhere', { ...json, origin: 'https://evil.example' }, 403],
    ['a page of another port', { ...json, origin: 'http://127.0.0.1:1' }, 403],
    ['a page without an origin', { ...json, origin: 'null' }, 403],
    ['its own page under a name that was made to point here', { host: 'evil.example' }, 403],
    ['what a form can send', { 'content-type': 'text/plain' }, 415],
    ['what looks like JSON', { 'content-type': 'application/json5' }, 415],
  ])('hands on nothing of %s', async (_who, headers, status) => {
    const origin = 'content-type' in headers && status === 403 ? {} : own();
    expect(await post({ ...origin, ...headers })).toMatchObject({ status });
    expect(taken).toEqual([]);
  });

  test.each([
    ['no JSON', '{"a":', 400],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['too long', JSON.stringify('a'.repeat(256 * 1_024)), 413],
  ])('hands on nothing that is %s', async (_what, body, status) => {
    expect(await post(own(), body)).toMatchObject({ status });
    expect(taken).toEqual([]);
  });

  test('cuts off a body that does not say how long it is, and is too long', async () => {
    const chunked = { ...own(), 'transfer-encoding': 'chunked' };
    expect(await post(chunked, 'a'.repeat(300 * 1_024))).toMatchObject({ status: 413 });
    expect(taken).toEqual([]);
  });

  test('takes no other method', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect(await ask(own(), { path: '/save', method, of: door })).toMatchObject({ status: 405 });
    expect(taken).toEqual([]);
  });
});
