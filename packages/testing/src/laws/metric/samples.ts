import { type HostMatrix, hostMatrix } from '@tweedie/core'

/** Whether column j has two different values. */
export const varies = (data: Float64Array, columns: number, j: number): boolean => {
  for (let k = j; k < data.length; k += columns) if (data[k] !== data[j]) return true
  return false
}

/** f(value, column) in every entry. */
export const mapped = ({ data, rows, columns }: HostMatrix, f: (value: number, column: number) => number): HostMatrix =>
  hostMatrix(
    data.map((value, k) => f(value, k % columns)),
    rows,
    columns,
  )

/** The same numbers in another array. */
export const copyOf = (x: HostMatrix): HostMatrix => mapped(x, (value) => value)

/** The rows sorted by a hash of their place: another order for every seed. */
export const shuffled = ({ data, rows, columns }: HostMatrix, seed: number): HostMatrix => {
  const order = Array.from({ length: rows }, (_, i) => i).sort(
    (i, j) => Math.sin((i + 1) * (1 + (seed % 9973))) - Math.sin((j + 1) * (1 + (seed % 9973))),
  )
  return hostMatrix(
    order.flatMap((i) => [...data.subarray(i * columns, (i + 1) * columns)]),
    rows,
    columns,
  )
}

/** Every pair of neighbouring columns turned by an angle, then the first column reflected or not. */
export const turnedBy = (x: HostMatrix, angle: number, sign: 1 | -1): HostMatrix => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const data = x.data.slice()
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j + 1 < x.columns; j++) {
      const k = i * x.columns + j
      const [first, second] = [data[k] as number, data[k + 1] as number]
      data[k] = c * first - s * second
      data[k + 1] = s * first + c * second
    }
    data[i * x.columns] = sign * (data[i * x.columns] as number)
  }
  return hostMatrix(data, x.rows, x.columns)
}
