import { createRandom } from '@firedrill/core/simulation';
import { createNetwork, defineService } from '@firedrill/core/services';
import { z } from 'zod';

const network = await createNetwork({ transport: 'msw', faults: [], random: createRandom(1) });
const till = defineService({
  name: 'till',
  baseUrl: 'https://till.example',
  latency: { fixedMs: 1 },
  operations: {
    pay: {
      method: 'POST',
      path: '/payments',
      input: z.object({ cup: z.string() }),
      handle: ({ cup }) => ({ receipt: cup }),
    },
  },
});
network.connect(till);
const response = await fetch('https://till.example/payments', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"cup":"tea"}',
});
const text = await response.text();
await network[Symbol.asyncDispose]();
if (text !== '{"receipt":"tea"}') throw new Error(text);
