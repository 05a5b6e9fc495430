import { connectRedis } from '@firedrill/core/flows/bullmq';

// Nobody listens there: the driver is found, and the connection says what is wrong.
const error: unknown = await connectRedis('redis://127.0.0.1:1').catch((reason: unknown) => reason);
if (!String(error).includes('Failed to reach Redis')) throw new Error(String(error));
