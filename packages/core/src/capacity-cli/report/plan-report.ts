import type { PlanResult } from '../plan-result.ts';
export function planReport(result: PlanResult): string {
  return JSON.stringify(result);
}
