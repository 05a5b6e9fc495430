/* global uPlot */
import { color } from './figures.js';
import { secondsAt } from './run-data.js';

/** Shades and names the windows of the faults, under the lines. */
export function drawFaults(plot, phase) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const [index, fault] of phase.faults.entries()) {
    const from = plot.valToPos(secondsAt(fault.fromMs), 'x', true);
    const to = plot.valToPos(secondsAt(fault.toMs), 'x', true);
    ctx.fillStyle = color('--fault-ground');
    ctx.fillRect(from, top, to - from, height);
    ctx.fillStyle = color('--fault');
    const room = ctx.measureText(fault.label).width + 8 * ratio;
    // A label beside a window at the right edge would be cut: it then ends with the plot.
    const start = Math.max(left, Math.min(Math.max(from, left), left + width - room));
    if (to > left && from < left + width) {
      ctx.fillText(fault.label, start + 4 * ratio, top + (4 + 14 * index) * ratio);
    }
  }
  ctx.restore();
}

const signalColors = { critical: '--bad', warning: '--warning', info: '--accent' };

function drawMark(ctx, severity, x, y, size) {
  ctx.beginPath();
  if (severity === 'critical') {
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y - size);
    ctx.lineTo(x, y + size);
  } else if (severity === 'warning') {
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
  } else {
    ctx.arc(x, y, size * 0.8, 0, 2 * Math.PI);
  }
  ctx.fill();
}

/** A dashed line for each signal, its severity as a shape on top. */
export function drawSignals(plot, phase) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  for (const signal of phase.signals) {
    const x = plot.valToPos(secondsAt(signal.atMs), 'x', true);
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = ctx.fillStyle = color(signalColors[signal.severity]);
    ctx.globalAlpha = 0.45;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    drawMark(ctx, signal.severity, x, top - 6 * ratio, 4.5 * ratio);
  }
  ctx.restore();
}
