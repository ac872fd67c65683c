/**
 * The value that ascending order would put at index `k`, without sorting: C. A. R. Hoare's quickselect (Algorithm 65, CACM 4, 1961), in place. What is smaller lies before
 * it afterwards, what is larger behind it, so that further ranks are found in one of the two parts: `[from, to]`, both inclusive.
 */
export function select(values: Float64Array, k: number, from = 0, to = values.length - 1): number {
  let [left, right] = [from, to];
  while (left < right) {
    const pivot = middleOf(values[left]!, values[(left + right) >> 1]!, values[right]!);
    let [i, j] = [left, right];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
}

/** Of three: neither a series in order nor one of two values makes it slow. */
const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
