import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { Answer, Request } from './domain.ts';
import type { Clinics } from './types.ts';

/** The one interface of all implementations, as the load balancer offers it to the staff. */
export interface ClinicSystem extends ClosableSystem {
  /** Rejects when it failed or nobody knows. */
  handle(request: Request): Promise<Answer>;
}

/** An exported log, and what somebody from outside must know to verify it. */
export interface LogFile {
  readonly bytes: Buffer;
  /** Ed25519 public key of the seals, in hexadecimal. */
  readonly publicKey: string;
}

/** What a process is made of: the same program as often as there are processes. */
export type Context = SystemContext<Clinics>;

/** What a process can reach. */
export type Outside = Context['outside'];

export type CreateSystem = (context: Context) => ClinicSystem;
