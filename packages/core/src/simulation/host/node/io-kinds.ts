/**
 * What Node makes for real input and output, by its type in `async_hooks`, and the name of that type in
 * `process.getActiveResourcesInfo()`. Not among them: writes to a stream that is there already, which
 * is how a log line is written; ports between threads; and timers of the real clock.
 */
export const ioKinds: ReadonlyMap<string, string> = new Map([
  ['FSEVENTWRAP', 'FSEventWrap'],
  ['FSREQCALLBACK', 'FSReqCallback'],
  ['FSREQPROMISE', 'FSReqPromise'],
  ['STATWATCHER', 'StatWatcher'],
  ['GETADDRINFOREQWRAP', 'GetAddrInfoReqWrap'],
  ['GETNAMEINFOREQWRAP', 'GetNameInfoReqWrap'],
  ['QUERYWRAP', 'QueryReqWrap'],
  ['HTTP2SESSION', 'Http2Session'],
  ['HTTPCLIENTREQUEST', 'HTTPClientRequest'],
  ['PIPECONNECTWRAP', 'PipeConnectWrap'],
  ['PIPESERVERWRAP', 'PipeServerWrap'],
  ['PIPEWRAP', 'PipeWrap'],
  ['PROCESSWRAP', 'ProcessWrap'],
  ['TCPCONNECTWRAP', 'TCPConnectWrap'],
  ['TCPSERVERWRAP', 'TCPServerWrap'],
  ['TCPWRAP', 'TCPSocketWrap'],
  ['TLSWRAP', 'TLSWrap'],
  ['UDPSENDWRAP', 'UDPSendWrap'],
  ['UDPWRAP', 'UDPWrap'],
  ['WORKER', 'Worker'],
]);

/** Kinds of `process.getActiveResourcesInfo()` that are no input or output, or the writing of a log. */
export const neverIo: readonly string[] = [
  'Immediate',
  'Timeout',
  'TTYWrap',
  'MessagePort',
  'WriteWrap',
  'SimpleWriteWrap',
];

/** Types in `async_hooks` of what has run when ticks and promises have, or waits for virtual time. */
export const settledByTicks: ReadonlySet<string> = new Set([
  'Microtask',
  'PROMISE',
  'TickObject',
  'VirtualImmediate',
  'VirtualInterval',
  'VirtualTimeout',
]);
