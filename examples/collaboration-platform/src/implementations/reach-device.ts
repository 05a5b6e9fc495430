import type { Context } from '../system.ts';
import type { PageDevice } from '../world/devices.ts';

/** The longest wait for the handshake of a connection, in ms. */
const handshakeLimitMs = 3_000;

/** The device of a person, as its app and the server reach it: each connection begins with a handshake. */
export const reachDevice = ({ outside }: Context, personId: string): PageDevice =>
  outside.devices.of(personId, () =>
    outside.connections.open({ personId }, { key: personId, timeoutMs: handshakeLimitMs }),
  );
