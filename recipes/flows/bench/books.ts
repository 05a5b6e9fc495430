import { OrderBook as HftBook } from 'hft-limit-order-book';
import { OrderBook as NodejsBook, Side } from 'nodejs-order-book';
import { OrderBook } from '../src/trading/order-book.ts';
import type { Command } from '../src/trading/venue.ts';
import {
  best,
  figure,
  inTurns,
  line,
  percentile,
  perCpuSecond,
  rateLine,
  type Round,
  timed,
} from './measure.ts';
import { OrderStream } from './orders.ts';

const count = 300_000;
const ours = 'our book';

const p99 = (each: readonly Round[]): number =>
  Math.min(...each.map((one) => percentile(one.latenciesMicros ?? new Float64Array(), 0.99)));

/** The same commands through our book and the two that are alive on npm. */
export async function books(rounds: number): Promise<string> {
  const stream = new OrderStream(1);
  // What all three know: no market orders (whose price is protected elsewhere), no replacements.
  const commands = Array.from({ length: count }, () => stream.next().command).filter(
    (each) => each.do === 'cancel' || (each.do === 'submit' && isPlain(each)),
  );
  const run = (make: () => (command: Command) => void) => () => round(commands, make);
  const found = await inTurns(rounds, {
    [ours]: run(() => {
      const book = new OrderBook();
      return (command) => {
        if (command.do === 'submit') book.submit(command.order);
        else book.cancel(command.orderId);
      };
    }),
    'nodejs-order-book 10.1': run(() => peer(new NodejsBook())),
    'hft-limit-order-book 7.0': run(() => peer(new HftBook())),
  });
  const rows = Object.entries(found);
  const peers = rows.filter(([name]) => name !== ours).map(([, each]) => each);
  const own = found[ours] ?? [];
  const times =
    best(own, perCpuSecond) / Math.max(...peers.map((each) => best(each, perCpuSecond)));
  const share = p99(own) / Math.min(...peers.map(p99));
  return [
    `book alone: ${figure(commands.length)} commands\n`,
    ...rows.map(([name, each]) => rateLine(name, 'commands', each)),
    ...rows.map(([name, each]) =>
      line(`${name}, p99`, `${figure(p99(each))} us (${figure(commands.length)} samples)`),
    ),
    line(
      'orders/s against the best peer',
      `${figure(times)} times   goal 3: ${times >= 3 ? 'met' : 'MISSED'}`,
    ),
    line(
      'p99 against the best peer',
      `${figure(share)} of it   goal 0.33: ${share <= 1 / 3 ? 'met' : 'MISSED'}`,
    ),
  ].join('');
}

const isPlain = ({ order }: Extract<Command, { do: 'submit' }>): boolean =>
  order.kind === 'limit' || order.kind === 'ioc' || order.kind === 'fok';

function peer(book: Pick<NodejsBook, 'cancel'> & { limit(options: never): unknown }) {
  return (command: Command): void => {
    if (command.do !== 'submit') {
      book.cancel(command.do === 'cancel' ? command.orderId : '');
      return;
    }
    const { order } = command;
    if (order.kind === 'market') return;
    const timeInForce = order.kind === 'ioc' ? 'IOC' : order.kind === 'fok' ? 'FOK' : 'GTC';
    const side = order.side === 'buy' ? Side.BUY : Side.SELL;
    const options = {
      id: order.id,
      side,
      size: order.quantity,
      price: order.priceTicks,
      timeInForce,
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both take the same options, typed apart
    book.limit(options as never);
  };
}

async function round(
  commands: readonly Command[],
  make: () => (command: Command) => void,
): Promise<Round> {
  const result = await timed(() => {
    const take = make();
    for (const command of commands) take(command);
    return commands.length;
  });
  // In a pass of its own: reading the clock twice costs a third of what our book does in between.
  const take = make();
  const took = new Float64Array(commands.length);
  for (const [index, command] of commands.entries()) {
    const sinceMs = performance.now();
    take(command);
    took[index] = (performance.now() - sinceMs) * 1_000;
  }
  return { ...result, latenciesMicros: took.toSorted() };
}
