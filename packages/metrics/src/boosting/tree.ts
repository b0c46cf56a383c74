/** A regression tree as arrays over its nodes; node 0 is the root. */
export interface Tree {
  /** The column that a node asks about, or −1 for a leaf. */
  readonly columns: Int32Array
  /** A row goes left when its value of that column is at most this. */
  readonly cuts: Float64Array
  readonly left: Int32Array
  readonly right: Int32Array
  /** What a leaf adds; 0 elsewhere. */
  readonly values: Float64Array
}

/** The value of the leaf that a row of `data`, starting at `start`, falls into. */
export const treeValue = ({ columns, cuts, left, right, values }: Tree, data: Float64Array, start: number): number => {
  let node = 0
  for (let j = columns[0] as number; j >= 0; j = columns[node] as number)
    node = ((data[start + j] as number) <= (cuts[node] as number) ? left[node] : right[node]) as number
  return values[node] as number
}
