/** What one peer may cost the others. Generous for people, and bounded for everybody. */
export interface Limits {
  /** Open WebSockets, of all and of one person. */
  readonly sockets: number;
  readonly socketsPerPerson: number;
  /** Canvases in memory at once. */
  readonly rooms: number;
  /** Who has not said who they are after this is hung up on. */
  readonly helloWithinMs: number;
  /** And who says nothing for this long: an app says something every four seconds. */
  readonly silentAfterMs: number;
  /** One message; the first, which says who is there, is much smaller. */
  readonly messageBytes: number;
  readonly helloBytes: number;
  /** What a socket may leave unread, of whatever kind, before it is cut off. */
  readonly bufferedBytes: number;
  /** A document, all shapes of it, and one text. */
  readonly documentBytes: number;
  readonly shapes: number;
  readonly textLength: number;
  /** Updates of one canvas that the store has not taken yet. */
  readonly pendingBytes: number;
  /** Of one connection. A hand that draws sends ten cursors and ten strokes a second. */
  readonly messages: Rate;
  readonly bytes: Rate;
  /** Of one address, behind which many may sit. */
  readonly addressConnections: Rate;
  readonly addressRequests: Rate;
  readonly addressBytes: Rate;
}

/** A token bucket: what is granted at once, and what comes back each second. */
export interface Rate {
  readonly burst: number;
  readonly ratePerSecond: number;
}

const kibibyte = 1_024;
const mebibyte = 1_024 * kibibyte;

export const defaultLimits: Limits = {
  sockets: 2_000,
  socketsPerPerson: 8,
  rooms: 500,
  helloWithinMs: 5_000,
  silentAfterMs: 20_000,
  messageBytes: mebibyte,
  helloBytes: 64 * kibibyte,
  bufferedBytes: mebibyte,
  documentBytes: mebibyte,
  shapes: 2_000,
  textLength: 10_000,
  pendingBytes: 4 * mebibyte,
  messages: { burst: 200, ratePerSecond: 50 },
  bytes: { burst: 2 * mebibyte, ratePerSecond: 64 * kibibyte },
  addressConnections: { burst: 300, ratePerSecond: 50 },
  addressRequests: { burst: 2_000, ratePerSecond: 200 },
  addressBytes: { burst: 16 * mebibyte, ratePerSecond: 2 * mebibyte },
};
