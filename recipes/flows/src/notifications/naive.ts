import { type Client, withTimeout } from '@firedrill/core/services';
import { type Channel, type Request, routeOf, textOf } from './routing.ts';
import type { NotificationServices } from './services.ts';

type Outside = {
  readonly [Name in keyof NotificationServices]: Client<NotificationServices[Name]['operations']>;
};

/**
 * The same in an afternoon: one line in memory, ten workers, each sends to one channel after the other,
 * three tries with a new id each, then the other provider. Nobody looks at the clock of the user or at
 * the list of those who must not get anything, and the audit is written when there is time.
 */
export function naiveNotifications(outside: Outside) {
  const line: Request[] = [];
  let working = 0;
  let idle: (() => void)[] = [];
  let tries = 0;

  async function sendOver(request: Request, channel: Channel, address: string): Promise<void> {
    const text = textOf(request, channel);
    if (text === undefined) return;
    const { email, email2, sms, sms2, push, push2, audit } = outside;
    const [first, second] = { email: [email, email2], sms: [sms, sms2], push: [push, push2] }[
      channel
    ];
    let fate = 'failed';
    for (const provider of [first, first, first, second, second]) {
      tries += 1;
      const id = `${request.id}-${channel}#${tries}`;
      try {
        await provider?.send({ id, address, text }, { timeoutMs: 3_000 });
        fate = 'sent';
        break;
      } catch {
        fate = 'failed';
      }
    }
    const { id: requestId } = request;
    const entry = { id: `${requestId}-${channel}`, requestId, channel, fate };
    audit.write(entry, { timeoutMs: 3_000 }).catch(() => {});
  }

  async function handle(request: Request): Promise<void> {
    const { preferences, addresses } = await withTimeout(outside.directory, 3_000).find({
      userId: request.userId,
    });
    for (const channel of routeOf(request, preferences)) {
      await sendOver(request, channel, addresses[channel]);
    }
  }

  async function work(request: Request): Promise<void> {
    try {
      await handle(request);
    } catch {
      // The next one, please.
    }
    working -= 1;
    next();
  }

  function next(): void {
    while (working < 10) {
      const request = line.shift();
      if (request === undefined) break;
      working += 1;
      void work(request);
    }
    if (working > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    request(request: Request): void {
      line.push(request);
      next();
    },
    async onIdle(): Promise<void> {
      if (working > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}
