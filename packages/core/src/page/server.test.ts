import { request } from 'node:http';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;

beforeAll(async () => {
  const page = { type: 'text/html', text: 'hello' } as const;
  const find = (path: string) =>
    path === '/broken.js'
      ? Promise.reject(new Error('it does not build'))
      : Promise.resolve(path === '/' ? page : undefined);
  server = await startServer(find, { port: 0 });
});

afterAll(() => server.stop());

function ask(headers: Record<string, string>, path = '/', method = 'GET') {
  return new Promise<{ status: number | undefined; text: string; policy: unknown }>(
    (resolve, reject) => {
      const asked = request(new URL(path, server.url), { headers, method, agent: false }, (got) => {
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
      asked.on('error', reject).end();
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
    expect(await ask({}, '/../../etc/passwd')).toMatchObject({ status: 404 });
    expect(await ask({}, '/', 'POST')).toMatchObject({ status: 405 });
  });

  test('tells the terminal, too, what cannot be made', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await ask({}, '/broken.js')).toMatchObject({ status: 500, text: 'it does not build\n' });
    expect(told.mock.calls).toEqual([['Failed to serve /broken.js: it does not build\n']]);
    told.mockRestore();
  });
});
