import { readTrace } from '@firedrill/core/workload';

async function* rows(): AsyncGenerator<string> {
  yield 'time_ms,route\n0,/a\n';
  yield '250,/b\n';
}
const { arrivals } = await readTrace('load.csv', { text: rows() });
if (arrivals.length !== 2 || arrivals[1]?.atMs !== 250) throw new Error(JSON.stringify(arrivals));
