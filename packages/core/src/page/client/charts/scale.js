/** The range of a chart's y axis over all phases, so that they can be compared. */
export function yRange(chart, series, columns) {
  let least = Infinity;
  let most = 0;
  for (const phase of columns) {
    for (const [index, one] of series.entries()) {
      if (!one.show) continue;
      for (const value of phase[index]) {
        if (value === null) continue;
        if (value > most) most = value;
        if (value > 0 && value < least) least = value;
      }
    }
  }
  // Room above the highest value, for the labels of the faults.
  if (chart.scale === 'linear') return [0, most === 0 ? 1 : most * 1.18];
  if (most === 0) return [1, 10];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most * 1.01))];
}

export function powersOfTen([from, to]) {
  const powers = [];
  for (let power = from; power <= to * 1.001; power *= 10) powers.push(power);
  return powers;
}
