import { planCapacity } from '@firedrill/core/capacity';

const plan = planCapacity({ ratePerSecond: 500, serviceMs: 10, burstFactor: 3 });
if (!(plan.workers >= 5 && plan.normal.dropRatio < 0.2)) throw new Error(JSON.stringify(plan));
