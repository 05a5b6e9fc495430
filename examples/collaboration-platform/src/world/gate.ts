import { never } from '@firedrill/core/services';
import type { WorldContext } from '@firedrill/core/scenario';
import { ComeAgainError } from '../domain/come-again.ts';
import { measures } from '../measurements.ts';
import type { Returns } from '../truth/returns.ts';
import type { Canvases } from '../types.ts';
import { ServerDownError } from './served.ts';

/** Somebody who asks for a connection, and whose handshake is not over. */
export interface Caller {
  readonly personId: string;
  /** Whether they have given up, or their network is gone. */
  readonly isGone: boolean;
}

/** The gate before a server as its process has it: one processor, which does one thing after the other. */
export interface Gate {
  /** Does the handshake of somebody, whether or not they are gone; resolves when it is over. */
  handshake(caller: Caller): Promise<void>;
  /** Sends somebody away before the handshake, and says in how many ms to come again. */
  refuse(caller: Caller, comeAgainInMs: number): void;
}

/** Decides what becomes of those who call, in the order in which they do. */
export type Doorkeeper = (caller: Caller) => void;

/** Whoever nobody keeps the door for is taken in turn, however many there are. */
export type KeepDoor = (gate: Gate) => Doorkeeper;

/** A handshake that was not over within a person's patience. */
export class HandshakeTimeoutError extends Error {
  override readonly name = 'HandshakeTimeoutError';
  readonly code = 'HANDSHAKE_TIMEOUT';

  constructor() {
    super(`Failed to connect: no handshake within ${patienceMs} ms. Try again later.`);
  }
}

/** Whoever has waited so long for a handshake gives up. An assumption: what apps set is between 5 and 20 s. */
const patienceMs = 5_000;

/**
 * To refuse takes this share of a handshake. An assumption: a private-key operation is most of a full handshake, and
 * whoever is refused is told before it, as QUIC can (CONNECTION_CLOSE in an Initial packet, RFC 9000, 10.2.3).
 */
const refusalShare = 0.05;

/** The gate as the world has it. */
export interface WorldGate {
  /** A server is up; ends with what it gives back. */
  begin(keepDoor: KeepDoor | undefined): () => void;
  /** Asks for a connection. Rejects with ComeAgainError, HandshakeTimeoutError or ServerDownError. */
  call(personId: string): Call;
}

/** A call at the gate as the device has it. */
export interface Call {
  readonly letIn: Promise<void>;
  /** The network is gone, or the page has begun anew: the gate is not told. */
  leave(): void;
}

interface Waiting extends Caller {
  isGone: boolean;
  settle(error?: Error): void;
}

const inTurn: KeepDoor = (gate) => (caller) => void gate.handshake(caller);

/** A gate whose processor is taken for `handshakeMs` by each handshake. */
export function createGate(
  { elapsedMs, meter }: Pick<WorldContext<Canvases>, 'elapsedMs' | 'meter'>,
  handshakeMs: number,
  returns: Returns,
): WorldGate {
  const waiting = new Map<Caller, Waiting>();
  let keeper: Doorkeeper | undefined;
  let freeAtMs = 0;

  function take(ms: number): number {
    freeAtMs = Math.max(freeAtMs, elapsedMs()) + ms;
    return freeAtMs;
  }

  return {
    begin(keepDoor = inTurn) {
      const gate: Gate = {
        async handshake(caller) {
          const endsAtMs = take(handshakeMs);
          await new Promise((resolve) => setTimeout(resolve, endsAtMs - elapsedMs()));
          if (keeper !== ours) return never();
          if (caller.isGone) meter.count(measures.handshakesInVain);
          waiting.get(caller)?.settle();
          return undefined;
        },
        refuse(caller, comeAgainInMs) {
          take(refusalShare * handshakeMs);
          waiting.get(caller)?.settle(new ComeAgainError(comeAgainInMs));
        },
      };
      const ours = keepDoor(gate);
      keeper = ours;
      freeAtMs = 0;
      return () => {
        if (keeper !== ours) return;
        keeper = undefined;
        for (const each of waiting.values()) {
          returns.gone(each.personId);
          each.settle(new ServerDownError());
        }
      };
    },

    call(personId) {
      if (keeper === undefined) throw new ServerDownError();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const patience = setTimeout(() => one.settle(new HandshakeTimeoutError()), patienceMs);
      const one: Waiting = {
        personId,
        isGone: false,
        settle(error) {
          if (one.isGone) return;
          one.isGone = error !== undefined;
          clearTimeout(patience);
          waiting.delete(one);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      waiting.set(one, one);
      meter.count(measures.calls);
      returns.called(personId);
      keeper(one);
      return {
        letIn: promise,
        leave() {
          one.isGone = true;
          clearTimeout(patience);
          waiting.delete(one);
        },
      };
    },
  };
}
