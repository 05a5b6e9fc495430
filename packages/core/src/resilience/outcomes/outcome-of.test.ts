import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HandlerTimeoutError } from '../../hooks/index.ts';
import { ServiceError, ServiceTimeoutError } from '../../services/index.ts';
import { BreakerOpenError, PoolTimeoutError } from '../errors.ts';
import { outcomeOf } from './outcome-of.ts';
import { settle } from './settle.ts';

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code} happened`), { code }, more);
const statement = (code: string): Error => coded(code, { severity: 'ERROR' });
const both = (...errors: unknown[]): unknown => new AggregateError(errors);
const kindOf = async (call: Promise<unknown>): Promise<string> => (await settle(call)).kind;
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

describe('the outcome of a call that failed', () => {
  test.each([
    'ECONNRESET',
    'EPIPE',
    'ECONNABORTED',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_ABORTED',
    'ERR_HTTP2_STREAM_ERROR',
    'HPE_INVALID_CONSTANT',
    'ABORT_ERR',
    'PROTOCOL_CONNECTION_LOST',
  ])('is unknown after %s, as such and behind a fetch', (code) => {
    expect(outcomeOf(coded(code))).toBe('unknown');
    expect(outcomeOf(fetchFailed(coded(code)))).toBe('unknown');
  });

  test.each([
    coded('ECONNREFUSED'),
    coded('ENOTFOUND'),
    coded('EAI_AGAIN'),
    coded('UND_ERR_CONNECT_TIMEOUT'),
    coded('CERT_HAS_EXPIRED'),
    coded('ETIMEDOUT', { syscall: 'connect' }),
    coded('EHOSTUNREACH', { syscall: 'connect' }),
  ])('is a failure when no connection came about: %s', (error) => {
    expect(outcomeOf(error)).toBe('failure');
    expect(outcomeOf(fetchFailed(error))).toBe('failure');
  });

  test('is unknown after a time limit or a cancellation, however it is named', () => {
    expect(outcomeOf(AbortSignal.abort().reason)).toBe('unknown');
    expect(outcomeOf(new DOMException('too slow', 'TimeoutError'))).toBe('unknown');
    expect(outcomeOf(Object.assign(new Error('gone'), { name: 'CanceledError' }))).toBe('unknown');
    expect(outcomeOf(new HandlerTimeoutError('event', 'hook', true))).toBe('unknown');
  });

  test.each([
    [400, 'failure'],
    [404, 'failure'],
    [408, 'failure'],
    [409, 'failure'],
    [429, 'failure'],
    [500, 'unknown'],
    [501, 'failure'],
    [502, 'unknown'],
    [503, 'unknown'],
    [504, 'unknown'],
    [524, 'unknown'],
  ])('of an HTTP answer with status %i is %s, wherever the status stands', (status, outcome) => {
    expect(outcomeOf(Object.assign(new Error('no'), { status }))).toBe(outcome);
    expect(outcomeOf(Object.assign(new Error('no'), { statusCode: status }))).toBe(outcome);
    expect(outcomeOf(Object.assign(new Error('no'), { response: { status } }))).toBe(outcome);
    expect(outcomeOf(new Error('wrapped', { cause: { status } }))).toBe(outcome);
  });

  test('of several attempts is a failure only when each of them was', () => {
    expect(outcomeOf(both(coded('ECONNREFUSED'), coded('ECONNREFUSED')))).toBe('failure');
    expect(outcomeOf(both(coded('ECONNREFUSED'), coded('ECONNRESET')))).toBe('unknown');
    expect(outcomeOf(both(coded('ECONNREFUSED'), new Error('a mistake')))).toBeUndefined();
  });

  test('of a statement is known when the server answered, and unknown when it went away', () => {
    expect(outcomeOf(statement('23505'))).toBe('failure');
    expect(outcomeOf(statement('57014'))).toBe('failure');
    expect(outcomeOf(statement('08006'))).toBe('unknown');
    expect(outcomeOf(statement('57P01'))).toBe('unknown');
    expect(outcomeOf(statement('57P03'))).toBe('failure');
    expect(outcomeOf(new Error('Connection terminated unexpectedly'))).toBe('unknown');
  });

  test('is what the error itself says, against its code and its cause', () => {
    expect(outcomeOf(coded('ECONNRESET', { outcome: 'failure' }))).toBe('failure');
    expect(outcomeOf(new ServiceError('bank', 'capture', 503, 'busy'))).toBe('failure');
    expect(outcomeOf(new ServiceTimeoutError('bank', 'capture', 1_000))).toBe('unknown');
    expect(outcomeOf(new BreakerOpenError('bank', 10))).toBe('failure');
    expect(outcomeOf(new PoolTimeoutError('bank', 10))).toBe('failure');
  });

  test('is not read from a defect, nor from causes that go in a circle', () => {
    const circle = new Error('a');
    circle.cause = new Error('b', { cause: circle });
    const defects = [circle, new TypeError('x is not a function'), 'text', null, undefined, 7];
    expect(defects.map(outcomeOf)).toEqual(defects.map(() => undefined));
  });
});

describe('real sockets', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    return `http://127.0.0.1:${address.port}/`;
  }
  test('a reset, a cut answer, garbage and a time limit leave fetch with an unknown outcome', async () => {
    const reset = await listen(
      createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    const silent = await listen(
      createServer((socket) => void socket.once('data', () => socket.end())),
    );
    const garbage = await listen(
      createServer((socket) => void socket.once('data', () => socket.end('what?\r\n'))),
    );
    const cut = await listen(
      createHttpServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      }),
    );
    const never = await listen(createServer((socket) => void socket.on('error', () => {})));
    expect(await kindOf(fetch(reset))).toBe('unknown');
    expect(await kindOf(fetch(silent))).toBe('unknown');
    expect(await kindOf(fetch(garbage))).toBe('unknown');
    expect(await kindOf(fetch(cut).then((response) => response.text()))).toBe('unknown');
    expect(await kindOf(fetch(never, { signal: AbortSignal.timeout(1) }))).toBe('unknown');
  });

  test('a port on which nobody listens leaves fetch with a failure', async () => {
    const server = createServer();
    const address = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await kindOf(fetch(address))).toBe('failure');
  });

  test('who cancels with a reason of its own leaves the outcome unknown', async () => {
    const signal = AbortSignal.abort('the user left');
    const call = fetch('http://127.0.0.1/', { signal });
    expect((await settle(call, signal)).kind).toBe('unknown');
  });
});
