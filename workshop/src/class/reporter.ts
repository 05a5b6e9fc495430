import { UsageError } from '@firedrill/core/command-line';
import { idOf, type Place } from '../incidents.ts';
import { longestName, type Message, messageSchema } from './message.ts';

export interface ClassFlags {
  readonly class?: string;
  readonly code?: string;
  readonly name?: string;
}

/** Tells the trainer's screen where somebody is. */
export interface Reporter {
  /** Sends a step and its verdict. Never rejects: whoever works goes on, whether it arrives or not. */
  report(place: Place, verdict: Message['verdict']): Promise<void>;
}

/** A trainer's machine is in the same room. */
const patienceMs = 3_000;

/**
 * A reporter, where the flags ask for one. Off by default.
 *
 * @param write shows what is sent, and what became of it
 * @throws UsageError when an address, the code or the name is missing or cannot be
 */
export function createReporter(
  flags: ClassFlags,
  write: (line: string) => void,
): Reporter | undefined {
  if (flags.class === undefined) return undefined;
  const url = readAddress(flags.class);
  const who = readWho(flags);
  let wasAway = false;
  return {
    async report(place, verdict) {
      const message: Message = { ...who, step: idOf(place), verdict };
      const body = JSON.stringify(message);
      write(`Sent to ${url.host}: ${body}`);
      const failure = await send(url, body);
      if (failure !== undefined && !wasAway) {
        write(`The class was not told: ${failure}. Go on working; the next save is sent again.`);
      }
      wasAway = failure !== undefined;
    },
  };
}

async function send(url: URL, body: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    // What it says is of no use here, and may be long.
    await response.body?.cancel();
    if (response.ok) return undefined;
    return response.status === 401
      ? 'the join code is another one'
      : `it answered ${response.status}`;
  } catch {
    return 'it did not answer';
  }
}

function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.pathname === '/' && url.search === '' && url.hash === '';
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isPlain || !isHttp || url.username !== '' || url.password !== '') {
    throw new UsageError({
      given: `--class=${text}`,
      cause: 'it is no address of a class',
      remedy: 'Write it as the trainer shows it, e.g. --class=http://192.168.1.20:8790.',
    });
  }
  return new URL('/step', url);
}

function readWho({ code, name }: ClassFlags): Pick<Message, 'code' | 'name'> {
  for (const [flag, value] of Object.entries({ code, name })) {
    if (value !== undefined) continue;
    throw new UsageError({
      given: '--class',
      cause: `--${flag} is missing`,
      remedy:
        'Add the code that the trainer shows, and a name for the table: --code=... --name=...',
    });
  }
  const who = messageSchema.pick({ code: true, name: true }).safeParse({ code, name });
  if (who.success) return who.data;
  throw new UsageError({
    given: `--name=${name ?? ''}`,
    cause: 'the name or the code is empty, or too long',
    remedy: `Use a name of at most ${longestName} characters, and the code as it is shown.`,
  });
}
