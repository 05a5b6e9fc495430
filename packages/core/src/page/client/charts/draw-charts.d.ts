import type { ChartData } from '../../../report/html/chart-data.ts';

export function drawCharts(run: ChartData): void;
export function copy(button: HTMLElement): Promise<void>;
