import type { ClosableSystem, PhaseContext } from '@firedrill/core/scenario';
import type { Answer, Request } from './domain.ts';
import type { Life, Program } from './processes.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/** The one interface of all five implementations, as the load balancer offers it to the staff. */
export interface ClinicSystem extends ClosableSystem {
  /** Rejects when it failed or nobody knows. */
  handle(request: Request): Promise<Answer>;
  /** Entries of the audit trail that are in memory alone at this moment. Default: none. */
  unsaved?(): number;
  /** Entries that are safe, and that the auditors do not have yet. Default: none are kept. */
  backlog?(): number;
  /** The whole log as a file, sealed or not, once the system is closed. */
  logFile?(): LogFile | undefined;
}

/** An exported log, and what somebody from outside must know to verify it. */
export interface LogFile {
  readonly bytes: Buffer;
  /** Ed25519 public key of the seals, in hexadecimal. */
  readonly publicKey: string;
}

/** What runs in each process: the same program as often as there are processes. */
export interface ClinicProgram extends Program {
  handle(request: Request): Promise<Answer>;
  unsaved?(): number;
}

/** What an implementation is made of. */
export type Context = PhaseContext<Settings>;

/** Starts the program in a process that has just begun its life: there is nothing in its memory. */
export type StartProgram = (life: Life, services: Services) => ClinicProgram;
