import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import { generateSync } from 'otplib';
import type { Answer } from './account.ts';
import type { AuthSystem } from './system.ts';
import type { AuthMail, Ledger } from './services.ts';

/** Somebody with an account, or about to have one. Times in ms since the run began. */
export interface Person {
  readonly email: string;
  readonly wantsCodes: boolean;
  /** Whether the first password is on a list that is sold. */
  readonly isLeaked: boolean;
  /** Left alone by all but those who want to know whether there is such an account. */
  isProbed: boolean;
  readonly phoneSkewMs: number;
  password: string;
  codeSecret?: string | undefined;
  isVerified: boolean;
  isProbedAlready: boolean;
  /** Since when the first password is none any more. */
  changedAtMs: number;
}

/** What the owner of an account wanted to do, with all that it takes. */
export interface OwnersTry {
  readonly atMs: number;
  doneAtMs?: number;
}

/** Somebody came in from a device that the account did not know. */
export interface StrangerIn {
  readonly email: string;
  readonly token: string;
}

/** The same was asked about an address with an account and one without. */
export interface ProbePair {
  /** When the first question was asked. */
  readonly atMs: number;
  readonly answers: {
    readonly known: string;
    readonly unknown: string;
    /** When both answers were there. */
    readonly atMs: number;
  }[];
  /** How long the answers took, where both came at the first asking. */
  readonly tookMs: (readonly [known: number, unknown: number])[];
}

export interface AuthTruth extends Ledger {
  readonly people: Map<string, Person>;
  readonly ownersTries: OwnersTry[];
  readonly strangersIn: StrangerIn[];
  /** Addresses that somebody else has had a try at, of whoever they may be. */
  readonly tried: Set<string>;
  readonly probes: ProbePair[];
  /** What must never be, by rule, each with a sentence. */
  readonly harms: Record<'takeover' | 'reopened' | 'code-twice' | 'expired', string[]>;
}

export interface WorldParts {
  readonly truth: AuthTruth;
  readonly system: AuthSystem;
  readonly elapsedMs: () => number;
  readonly startMs: number;
  readonly draw: Random;
  readonly onLogin: (tookMs: number) => void;
}

type Ask = AuthSystem['ask'];

/** How long people try, ms: longer than anything is down. */
export const patienceMs = 360_000;

/** Asks until there is an answer, with the same id; `undefined` when patience is at its end. */
async function persist(parts: WorldParts, ...asked: Parameters<Ask>): Promise<Answer | undefined> {
  const untilMs = parts.elapsedMs() + patienceMs;
  while (parts.elapsedMs() < untilMs) {
    const answer = await askOnce(parts, ...asked);
    if (answer !== undefined) return answer;
    await sleep(2_000);
  }
  return undefined;
}

async function askOnce(
  { system }: WorldParts,
  ...asked: Parameters<Ask>
): Promise<Answer | undefined> {
  const outcome = await Promise.race([settle(system.ask(...asked)), sleep(20_000)]);
  return outcome?.kind === 'success' ? outcome.value : undefined;
}

async function isIn({ system }: WorldParts, token: string): Promise<boolean> {
  const outcome = await settle(system.check(token));
  return outcome.kind === 'success' && outcome.value;
}

const harm = ({ truth }: WorldParts, kind: keyof AuthTruth['harms'], text: string): void => {
  truth.harms[kind].push(text);
};

async function mailOf(
  { truth, elapsedMs }: WorldParts,
  email: string,
  isIt: (mail: AuthMail) => boolean,
): Promise<AuthMail | undefined> {
  const untilMs = elapsedMs() + patienceMs;
  while (elapsedMs() < untilMs) {
    const found = truth.mails.get(email)?.find(isIt);
    if (found !== undefined) return found;
    await sleep(1_000);
  }
  return undefined;
}

function codeNow({ elapsedMs, startMs }: WorldParts, person: Person): string | undefined {
  if (person.codeSecret === undefined) return undefined;
  const epoch = Math.floor((startMs + elapsedMs() + person.phoneSkewMs) / 1_000);
  return generateSync({ secret: person.codeSecret, epoch });
}

export function createPerson(index: number, draw: Random): Person {
  return {
    email: `person-${index}@x.test`,
    wantsCodes: draw.chance(0.4),
    isLeaked: draw.chance(0.2),
    isProbed: draw.chance(0.25),
    phoneSkewMs: draw.integer(-3_000, 3_000),
    password: `correct horse ${index}`,
    isVerified: false,
    isProbedAlready: false,
    changedAtMs: Infinity,
  };
}

/** Registers, signs in and out, and in between whoever wants to be somebody else has a try. */
export async function liveHonestly(person: Person, parts: WorldParts): Promise<void> {
  const { truth, draw, elapsedMs } = parts;
  const { email } = person;
  // Gates count what anybody has tried: two addresses with a different past are no pair.
  if (truth.tried.has(email)) person.isProbed = false;
  const isLate = draw.chance(0.06);
  const trying: OwnersTry = { atMs: elapsedMs() };
  if (!isLate) truth.ownersTries.push(trying);
  const answer = await register(person, isLate, parts);
  if (answer === undefined) return;
  trying.doneAtMs = elapsedMs();
  person.codeSecret = answer.codeSecret;
  person.isVerified = true;
  if (person.isProbed) return;
  let { device } = answer;
  for (let visit = 1; visit <= 2; visit += 1) {
    await sleep(draw.integer(36_000, 70_000));
    const token = await signIn(person, `${email}/visit-${visit}`, device, parts);
    if (token === undefined) continue;
    device = (await useSession(person, `${email}/visit-${visit}`, token, device, parts)) ?? device;
  }
}

/** Registers, and again when the code came too late; who comes too late on purpose is turned away. */
async function register(
  person: Person,
  isLate: boolean,
  parts: WorldParts,
): Promise<Extract<Answer, { kind: 'verified' }> | undefined> {
  const { email, password, wantsCodes } = person;
  const untilMs = parts.elapsedMs() + patienceMs;
  for (let attempt = 1; parts.elapsedMs() < untilMs; attempt += 1) {
    const id = `${email}/registration-${attempt}`;
    await persist(parts, 'registration.asked', { id, email, password, wantsCodes });
    const mail = await mailOf(parts, email, (each) => each.id === `${id}-code`);
    if (mail?.code === undefined) return undefined;
    if (isLate) await sleep(260_000);
    const given = { id: `${id}/code`, registration: id, code: mail.code };
    const answer = await persist(parts, 'code.given', given);
    if (isLate && answer?.kind === 'verified') {
      harm(parts, 'expired', `${email} came minutes too late`);
    }
    if (isLate) return undefined;
    if (answer?.kind === 'verified') return answer;
  }
  return undefined;
}

/** Signs in from a device that the account knows, now and then after a slip of the finger. */
async function signIn(
  person: Person,
  name: string,
  device: string,
  parts: WorldParts,
): Promise<string | undefined> {
  const { truth, draw, elapsedMs } = parts;
  const { email, password } = person;
  const source = `home of ${email}`;
  if (draw.chance(0.2)) {
    await persist(parts, 'login.asked', {
      id: `${name}/slip`,
      email,
      password: 'corect horse',
      device,
      source,
    });
  }
  const trying: OwnersTry = { atMs: elapsedMs() };
  truth.ownersTries.push(trying);
  const untilMs = elapsedMs() + patienceMs;
  let login = freshLogin(1);
  let answer = await persist(parts, 'login.asked', login);
  // A code that waited with its request is too old: the next one, please.
  for (let attempt = 2; answer?.kind !== 'in'; attempt += 1) {
    if (elapsedMs() > untilMs) return undefined;
    await sleep(31_000);
    login = freshLogin(attempt);
    answer = await persist(parts, 'login.asked', login);
  }
  trying.doneAtMs = elapsedMs();
  parts.onLogin(elapsedMs() - trying.atMs);
  if ('code' in login && draw.chance(0.4)) {
    // Somebody has looked over the shoulder, and types the same.
    await sleep(draw.integer(100, 15_000));
    const { device: _, ...seen } = login;
    const replay = await persist(parts, 'login.asked', {
      ...seen,
      id: `${name}/replay`,
      source: 'elsewhere',
    });
    if (replay?.kind === 'in') harm(parts, 'code-twice', `the code of ${email} opened twice`);
  }
  return answer.token;

  function freshLogin(attempt: number) {
    const code = codeNow(parts, person);
    const id = `${name}/login-${attempt}`;
    return { id, email, password, device, source, ...(code !== undefined && { code }) };
  }
}

/** Renews the session, perhaps has it stolen, perhaps changes the password, and ends it. @returns a new device. */
async function useSession(
  person: Person,
  name: string,
  token: string,
  device: string,
  parts: WorldParts,
): Promise<string | undefined> {
  const { draw, elapsedMs } = parts;
  const { email } = person;
  await sleep(draw.integer(3_000, 10_000));
  const renewal = await persist(parts, 'session.asked', {
    id: `${name}/renew`,
    what: 'renew',
    token,
  });
  if (renewal?.kind !== 'renewed') return undefined;
  if (await isIn(parts, token))
    harm(parts, 'reopened', `a token of ${email} opens after its renewal`);
  const newest = renewal.token;
  if (draw.chance(0.15)) {
    const theft = await persist(parts, 'session.asked', {
      id: `${name}/theft`,
      what: 'renew',
      token,
    });
    if (theft?.kind === 'renewed')
      harm(parts, 'takeover', `a stolen token of ${email} was renewed`);
    if (theft?.kind === 'out' && (await isIn(parts, newest))) {
      harm(parts, 'reopened', `a session of ${email} that two had goes on`);
    }
    return undefined;
  }
  const other = draw.chance(0.3) ? await fromNewDevice(person, name, parts) : undefined;
  let next: string | undefined;
  if (draw.chance(0.3)) {
    const password = `battery staple ${name}`;
    const change = {
      id: `${name}/change`,
      email,
      token: newest,
      password: person.password,
      next: password,
    };
    const answer = await persist(parts, 'password.given', change);
    if (answer?.kind !== 'changed') return device;
    person.password = password;
    person.changedAtMs = Math.min(person.changedAtMs, elapsedMs());
    next = answer.device;
    if (other !== undefined && (await isIn(parts, other))) {
      harm(parts, 'reopened', `a session of ${email} outlives the change of its password`);
    }
  }
  const end = await persist(parts, 'session.asked', {
    id: `${name}/end`,
    what: 'end',
    token: newest,
  });
  if (end?.kind === 'out' && (await isIn(parts, newest))) {
    harm(parts, 'reopened', `a session of ${email} that was ended goes on`);
  }
  return next;
}

/** The owner, from a device that the account has not seen. @returns the token, when it opened. */
async function fromNewDevice(
  person: Person,
  name: string,
  parts: WorldParts,
): Promise<string | undefined> {
  await sleep(31_000);
  const { email, password } = person;
  const code = codeNow(parts, person);
  const answer = await persist(parts, 'login.asked', {
    id: `${name}/phone`,
    email,
    password,
    source: `phone of ${email}`,
    ...(code !== undefined && { code }),
  });
  if (answer?.kind !== 'in') return undefined;
  parts.truth.strangersIn.push({ email, token: answer.token });
  return answer.token;
}

/** Tries what is on the list, from one of forty addresses. */
export async function stuff(name: string, parts: WorldParts): Promise<void> {
  const { truth, draw, elapsedMs } = parts;
  const targets = [...truth.people.values()].filter(
    ({ isProbed, isVerified }) => isVerified && !isProbed,
  );
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const person = targets.length > 0 && draw.chance(0.5) ? draw.pick(targets) : undefined;
    const email = person?.email ?? `nobody-${draw.integer(1, 50)}@x.test`;
    const isOnList = person?.isLeaked === true;
    const index = /\d+/.exec(email)?.[0] ?? '';
    const password = isOnList ? `correct horse ${index}` : `qwerty ${draw.integer(1, 1_000)}`;
    const askedAtMs = elapsedMs();
    const login = {
      id: `${name}/${attempt}`,
      email,
      password,
      source: `bot-${draw.integer(1, 40)}`,
    };
    const answer = await persist(parts, 'login.asked', login);
    if (answer?.kind === 'in') {
      const isProtected = !isOnList || person.wantsCodes || askedAtMs > person.changedAtMs;
      if (isProtected) harm(parts, 'takeover', `a list of passwords opened ${email}`);
      else truth.strangersIn.push({ email, token: answer.token });
    }
    await sleep(draw.integer(500, 3_000));
  }
}

/** Asks the same about one who has an account and one who has none, side by side. */
export async function probe(name: string, parts: WorldParts): Promise<void> {
  const { truth, draw, elapsedMs } = parts;
  const person = [...truth.people.values()].find(
    ({ isProbed, isVerified, isProbedAlready }) => isProbed && isVerified && !isProbedAlready,
  );
  if (person === undefined) return;
  person.isProbedAlready = true;
  const pair: ProbePair = { atMs: elapsedMs(), answers: [], tookMs: [] };
  truth.probes.push(pair);
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    // The gates of both open again at their own time: what comes after that is no comparison.
    if (elapsedMs() > pair.atMs + 40_000) return;
    const one = async (email: string) => {
      const id = `${name}/${attempt}/${email}`;
      const askedMs = elapsedMs();
      const asked: Parameters<Ask> =
        attempt === 8
          ? ['registration.asked', { id, email, password: 'let me in', wantsCodes: false }]
          : ['login.asked', { id, email, password: 'let me in', source: id }];
      const first = await askOnce(parts, ...asked);
      const tookMs = first && elapsedMs() - askedMs;
      return { answer: first ?? (await persist(parts, ...asked)), tookMs };
    };
    const emails = [person.email, `${name}@x.test`] as const;
    const isKnownFirst = draw.chance(0.5);
    const both = await Promise.all((isKnownFirst ? emails : emails.toReversed()).map(one));
    const [known, unknown] = isKnownFirst ? both : both.toReversed();
    if (known?.answer === undefined || unknown?.answer === undefined) return;
    const kinds = { known: known.answer.kind, unknown: unknown.answer.kind };
    pair.answers.push({ ...kinds, atMs: elapsedMs() });
    if (known.tookMs !== undefined && unknown.tookMs !== undefined) {
      pair.tookMs.push([known.tookMs, unknown.tookMs]);
    }
    await sleep(1_000);
  }
}

/** Registers with the address of somebody who is about to, and guesses at the code. */
export async function hijackBefore(name: string, victim: string, parts: WorldParts): Promise<void> {
  if (parts.truth.people.get(victim)?.isProbed === true) return;
  parts.truth.tried.add(victim);
  const registration = `${name}/registration`;
  const data = { id: registration, email: victim, password: 'mine now', wantsCodes: false };
  await persist(parts, 'registration.asked', data);
  for (let guess = 1; guess <= 6; guess += 1) {
    const code = parts.draw.integer(0, 0xff_ff_ff_ff).toString(16).padStart(8, '0');
    const answer = await persist(parts, 'code.given', {
      id: `${name}/guess-${guess}`,
      registration,
      code,
    });
    if (answer?.kind === 'verified') harm(parts, 'takeover', `${victim} was registered by another`);
  }
  const login = { id: `${name}/login`, email: victim, password: 'mine now', source: name };
  const answer = await persist(parts, 'login.asked', login);
  if (answer?.kind === 'in') harm(parts, 'takeover', `${victim} has the password of another`);
}
