/** A square matrix of doubles, row by row. */
export interface Matrix {
  readonly size: number;
  readonly cells: Float64Array;
}

export function zeros(size: number): Matrix {
  return { size, cells: new Float64Array(size * size) };
}

export function identity(size: number): Matrix {
  const matrix = zeros(size);
  for (let i = 0; i < size; i += 1) matrix.cells[i * size + i] = 1;
  return matrix;
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  const { size } = a;
  const product = zeros(size);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < size; k += 1) addMultiple(product, i, b, k, a.cells[i * size + k] ?? 0);
  }
  return product;
}

export function add(a: Matrix, b: Matrix): Matrix {
  return { size: a.size, cells: a.cells.map((value, index) => value + (b.cells[index] ?? 0)) };
}

/** The largest absolute difference of two cells. */
export function distance(a: Matrix, b: Matrix): number {
  let most = 0;
  for (let index = 0; index < a.cells.length; index += 1) {
    most = Math.max(most, Math.abs((a.cells[index] ?? 0) - (b.cells[index] ?? 0)));
  }
  return most;
}

/** `vector` times `matrix`. */
export function rowTimes(vector: Float64Array, { size, cells }: Matrix): Float64Array {
  const result = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const factor = vector[i] ?? 0;
    if (factor === 0) continue;
    for (let j = 0; j < size; j += 1) {
      result[j] = (result[j] ?? 0) + factor * (cells[i * size + j] ?? 0);
    }
  }
  return result;
}

/**
 * The inverse, by Gauss-Jordan without pivoting: for the diagonally dominant M-matrices of Markov
 * chains no pivot is needed (Stewart 1994, "Introduction to the Numerical Solution of Markov
 * Chains", section 2.3).
 */
export function inverse(matrix: Matrix): Matrix {
  const { size } = matrix;
  const left: Matrix = { size, cells: matrix.cells.slice() };
  const right = identity(size);
  for (let pivot = 0; pivot < size; pivot += 1) {
    const scale = 1 / (left.cells[pivot * size + pivot] ?? 1);
    for (let j = 0; j < size; j += 1) {
      left.cells[pivot * size + j] = (left.cells[pivot * size + j] ?? 0) * scale;
      right.cells[pivot * size + j] = (right.cells[pivot * size + j] ?? 0) * scale;
    }
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = -(left.cells[row * size + pivot] ?? 0);
      addMultiple(left, row, left, pivot, factor, pivot);
      addMultiple(right, row, right, pivot, factor);
    }
  }
  return right;
}

/**
 * The inverse of a matrix whose cells beside the diagonal are at most 0, from them and from the sums of
 * its rows, which are at least 0: what stands on the diagonal is not looked at. Nothing is subtracted, so
 * that every cell is right to rounding, however near the matrix is to a singular one (Grassmann, Taksar
 * and Heyman 1985, "Regenerative analysis and steady state distributions for Markov chains").
 */
export function inverseByRowSums({ size, cells }: Matrix, rowSums: Float64Array): Matrix {
  const beside = cells.map((value) => -value);
  const sums = rowSums.slice();
  const diagonal = new Float64Array(size);
  for (let pivot = 0; pivot < size; pivot += 1) {
    let rest = sums[pivot] ?? 0;
    for (let j = pivot + 1; j < size; j += 1) rest += beside[pivot * size + j] ?? 0;
    diagonal[pivot] = rest;
    for (let row = pivot + 1; row < size; row += 1) {
      const factor = (beside[row * size + pivot] ?? 0) / rest;
      beside[row * size + pivot] = factor;
      if (factor === 0) continue;
      sums[row] = (sums[row] ?? 0) + factor * (sums[pivot] ?? 0);
      for (let j = pivot + 1; j < size; j += 1) {
        if (j === row) continue;
        beside[row * size + j] =
          (beside[row * size + j] ?? 0) + factor * (beside[pivot * size + j] ?? 0);
      }
    }
  }
  const result = identity(size);
  for (let row = 1; row < size; row += 1) {
    for (let k = 0; k < row; k += 1) {
      addMultiple(result, row, result, k, beside[row * size + k] ?? 0);
    }
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let j = row + 1; j < size; j += 1) {
      addMultiple(result, row, result, j, beside[row * size + j] ?? 0);
    }
    const by = 1 / (diagonal[row] ?? 1);
    for (let j = 0; j < size; j += 1) {
      result.cells[row * size + j] = (result.cells[row * size + j] ?? 0) * by;
    }
  }
  return result;
}

/** Adds `factor` times one row, from a column on, to a row of another matrix. */
function addMultiple(
  to: Matrix,
  toRow: number,
  from: Matrix,
  fromRow: number,
  factor: number,
  firstColumn = 0,
): void {
  if (factor === 0) return;
  const { size, cells } = to;
  const target = toRow * size;
  const source = fromRow * size;
  for (let j = firstColumn; j < size; j += 1) {
    cells[target + j] = (cells[target + j] ?? 0) + factor * (from.cells[source + j] ?? 0);
  }
}
