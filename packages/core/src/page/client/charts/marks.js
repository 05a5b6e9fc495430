/* global uPlot */
import { color } from './figures.js';
import { secondsAt } from './run-data.js';

/** One label for the faults that begin together: their names would lie on each other. */
function faultLabels(faults) {
  const groups = [...Map.groupBy(faults, (fault) => fault.fromMs).values()];
  return groups.map((group) => ({
    from: secondsAt(group[0].fromMs),
    to: secondsAt(Math.max(...group.map((fault) => fault.toMs))),
    text: group.length === 1 ? group[0].label : `${group.length} faults`,
  }));
}

/** Runs `draw` with the plot's area as the only place that it can touch. */
function inPlot(plot, draw) {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  draw(plot.ctx);
  plot.ctx.restore();
}

/** Shades the windows of the faults, under the lines. */
export function drawFaults(plot, phase) {
  const { top, height } = plot.bbox;
  inPlot(plot, (ctx) => {
    // One path, so that windows that overlap are not shaded twice.
    ctx.beginPath();
    for (const fault of phase.faults) {
      const from = plot.valToPos(secondsAt(fault.fromMs), 'x', true);
      const to = plot.valToPos(secondsAt(fault.toMs), 'x', true);
      ctx.rect(from, top, to - from, height);
    }
    ctx.fillStyle = color('--fault-ground');
    ctx.fill();
  });
}

/** Names the faults, over the lines. */
export function drawFaultLabels(plot, phase) {
  const { left, top, width } = plot.bbox;
  const ratio = uPlot.pxRatio;
  inPlot(plot, (ctx) => {
    ctx.font = `${11 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = color('--card');
    ctx.fillStyle = color('--fault');
    for (const [row, { from, to, text }] of faultLabels(phase.faults).entries()) {
      const begin = plot.valToPos(from, 'x', true);
      if (plot.valToPos(to, 'x', true) <= left || begin >= left + width) continue;
      // A label that would be cut at the right edge ends with the plot.
      const room = ctx.measureText(text).width + 8 * ratio;
      const x = Math.max(left, Math.min(begin, left + width - room)) + 4 * ratio;
      const y = top + (4 + 15 * row) * ratio;
      ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }
  });
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
