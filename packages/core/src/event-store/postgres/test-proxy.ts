import { connect, createServer, type Socket } from 'node:net';

/** A network between a store and its server that a test can break. */
export interface TestProxy {
  readonly port: number;
  /** From now on everything is taken and nothing is delivered, in either direction. */
  swallow(): void;
  /** Connections that are made from now on go there. */
  pointTo(port: number): void;
  /** Cuts all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between a store and the server on `target`. */
export async function startProxy(target: number): Promise<TestProxy> {
  let isSwallowing = false;
  let to = target;
  const sockets = new Set<Socket>();

  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    pass(near, far);
    pass(far, near);
  });

  function pass(from: Socket, onward: Socket): void {
    sockets.add(from);
    from.on('data', (data) => {
      if (!isSwallowing) onward.write(data);
    });
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      onward.destroy();
    });
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    swallow() {
      isSwallowing = true;
    },
    pointTo(port) {
      to = port;
    },
    cut,
    async close() {
      cut();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
