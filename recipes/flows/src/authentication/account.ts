/** What is kept of somebody. Secrets of devices and sessions are kept as hashes only. */
export interface Account {
  readonly hash: string;
  /** In base 32; `undefined` for who has no authenticator app. */
  readonly codeSecret: string | undefined;
  /** Time step of the last one-time code that was taken; -1 before the first. */
  readonly lastStep: number;
  readonly devices: readonly string[];
  /** Ids of all sessions, so that they can be ended together. */
  readonly sessions: readonly string[];
}

/** A registration that waits for the code of its mail. */
export interface Pending {
  readonly email: string;
  readonly hash: string;
  /** Empty when the address has an account: no code opens it. */
  readonly codeHash: string;
  readonly wantsCodes: boolean;
  readonly expiresAtMs: number;
  readonly triesLeft: number;
}

/** The account that a registration becomes. */
export const openedBy = (
  { hash }: Pending,
  deviceHash: string,
  codeSecret: string | undefined,
): Account => ({ hash, codeSecret, lastStep: -1, devices: [deviceHash], sessions: [] });

/** After a sign-in. @param lastStep time step of the code that was taken */
export const signedInto = (
  account: Account,
  sessionId: string,
  lastStep: number,
  deviceHash: string,
): Account => ({
  ...account,
  lastStep,
  devices: [...new Set([...account.devices, deviceHash])],
  sessions: [...account.sessions, sessionId],
});

/** With another password: whoever else was in has to come in anew, on a device that is not known any more. */
export const changedFrom = (
  account: Account,
  hash: string,
  sessionId: string,
  deviceHash: string,
): Account => ({ ...account, hash, devices: [deviceHash], sessions: [sessionId] });

/** What whoever asked is told. */
export type Answer =
  /** A mail is on its way. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'verified'; readonly device: string; readonly codeSecret: string | undefined }
  | { readonly kind: 'in'; readonly token: string; readonly device: string }
  /** Password, code, address or device are not right: it is not said which. */
  | { readonly kind: 'refused' }
  /** Too many failures. */
  | { readonly kind: 'later' }
  | { readonly kind: 'renewed'; readonly token: string }
  | { readonly kind: 'changed'; readonly device: string }
  /** The session is over. */
  | { readonly kind: 'out' };
