import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRateLimiter } from '@firedrill/core/resilience';
import { createFiles } from './files.ts';
import { headersWith } from './headers.ts';
import type { Identities } from './identities.ts';
import type { Limits } from './limits.ts';
import { invitationRequestSchema } from './messages.ts';
import type { Records } from './records.ts';

interface RequestsOptions {
  readonly identities: Identities;
  readonly records: Pick<Records, 'invite' | 'roleOf'>;
  readonly limits: Pick<Limits, 'addressRequests'>;
  readonly isMeantForUs: (request: IncomingMessage) => boolean;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly content: string;
  readonly cache?: 'no-store' | 'no-cache';
}

const bodyBytes = 2_048;

/** Whoever asks too often waits this long for the refusal: to refuse at once costs the others more. */
const refuseAfterMs = 1_000;
const tooManyRequests = 429;

/** Answers what a browser asks for beside the WebSocket: the page, and who it is. */
export function createRequests({ identities, records, limits, isMeantForUs }: RequestsOptions) {
  const files = createFiles();
  const headers = headersWith(files.importMap);
  const addresses = createRateLimiter(limits.addressRequests);

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    if (!isMeantForUs(request)) return plain(403, 'This server goes by another name.');
    if (!addresses.tryTake(request.socket.remoteAddress ?? '').allowed) {
      return plain(tooManyRequests, 'Too many requests. Come again in a while.');
    }
    const path = pathOf(request);
    if (request.method === 'POST' && path === '/identities') return json(identities.issue());
    if (request.method === 'POST' && path === '/invitations') return invite(request);
    if (request.method !== 'GET') return plain(405, 'There is nothing to be done here.');
    const file = path === undefined ? undefined : await files.at(path);
    if (file === undefined) return plain(404, 'There is nothing here.');
    return { status: 200, ...file, cache: 'no-cache' };
  }

  async function invite(request: IncomingMessage): Promise<Answer> {
    const wanted = invitationRequestSchema.safeParse(await bodyOf(request)).data;
    if (wanted === undefined) return plain(400, 'This is no request for an invitation.');
    const { personId, roomId, role } = wanted;
    const isAdmin =
      identities.isGenuine(wanted) && (await records.roleOf(personId, roomId)) === 'admin';
    if (!isAdmin) return plain(403, 'Only an admin of the canvas invites.');
    return json({ invitation: await records.invite(roomId, role) });
  }

  return async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, content, cache = 'no-store' } = await answerTo(request);
    if (status === tooManyRequests) {
      // Nothing more is read from this connection, and it is not given away at once for the next.
      request.socket.pause();
      response.shouldKeepAlive = false;
      await sleep(refuseAfterMs, undefined, { ref: false });
    }
    response.writeHead(status, { ...headers, 'content-type': type, 'cache-control': cache });
    response.end(content);
    // What was not read is not waited for.
    if (!request.complete) request.destroy();
  };
}

function pathOf(request: IncomingMessage): string | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  return url?.pathname;
}

const plain = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  content: `${text}\n`,
});

const json = (value: unknown): Answer => ({
  status: 200,
  type: 'application/json',
  content: JSON.stringify(value),
});

/** The body as JSON; nothing when it is none, or too long. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) return undefined;
    length += part.length;
    if (length > bodyBytes) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}
