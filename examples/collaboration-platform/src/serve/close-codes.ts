/** Why the server ends a connection (RFC 6455, section 7.4): the page tells its person. */
export const closeCodes = {
  goingAway: 1001,
  /** The message makes no sense. */
  policy: 1008,
  tooBig: 1009,
  tryLater: 1013,
  /** The window is nobody that this server knows: it asks for a new identity. */
  unknownPerson: 4001,
  /** The same person has opened the canvas in another window. */
  elsewhere: 4002,
  noAccess: 4003,
  tooMany: 4008,
} as const;
