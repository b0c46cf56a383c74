import { type Operations, type Shape, showShape, sizeOf, tweedieError } from '@tweedie/core'
import type { ParameterFunction } from './result-of.js'

/** The two products with a Jacobian. */
export interface Products<N> {
  readonly vectorJacobian: (f: ParameterFunction, x: unknown) => { readonly value: N; readonly pull: (adjoint: N) => unknown }
  readonly jacobianVector: (f: ParameterFunction, x: unknown, v: unknown) => { readonly value: N; readonly tangent: N }
}

/** ∂f/∂x, [...shape of f(x), ...shape of x], by columns: one forward pass for each element of x. */
export const jacobianByColumns = <N>(
  P: Operations<N>,
  { jacobianVector }: Pick<Products<N>, 'jacobianVector'>,
  f: ParameterFunction,
  x: N,
  shape: Shape,
): N => {
  const from = P.shape(x)
  const rows = sizeOf(shape)
  const columns = units(P, from).map((unit) => P.scope(() => P.reshape(jacobianVector(f, x, unit()).tangent, [rows, 1])))
  return columns.length === 0 ? P.full([...shape, ...from], 0) : P.reshape(P.concat(columns, 1), [...shape, ...from])
}

/** Whole Jacobians out of products with one, by rows or by columns, whichever are fewer. */
export const jacobians = <N>(P: Operations<N>, name: string, products: Products<N>) => {
  const { vectorJacobian, jacobianVector } = products

  /** Rows in one recording, unless there are more of them than columns: the shape of the value and, perhaps, what the rows gave. */
  const swept = <T>(f: ParameterFunction, x: N, sweep: (shape: Shape, pull: (adjoint: N) => N) => T | undefined) =>
    P.scope(() => {
      const { value, pull } = vectorJacobian(f, x)
      const shape = P.shape(value)
      return { shape, result: sweep(shape, pull as (adjoint: N) => N) }
    })

  const jacobian = (f: ParameterFunction, x: N): N =>
    P.scope(() => {
      const from = P.shape(x)
      const { shape, result } = swept(f, x, (to, pull) => {
        if (sizeOf(to) > sizeOf(from)) return undefined
        const rows = units(P, to).map((unit) => P.scope(() => P.reshape(pull(unit()), [1, sizeOf(from)])))
        return rows.length === 0 ? P.full([...to, ...from], 0) : P.reshape(P.concat(rows, 0), [...to, ...from])
      })
      return result ?? jacobianByColumns(P, products, f, x, shape)
    })

  const rowJacobian = (f: ParameterFunction, x: N): N =>
    P.scope(() => {
      const [m, d] = matrixShape(`${name}.rowJacobian`, 'x', P.shape(x))
      const { shape, result } = swept(f, x, (to, pull) => {
        const [rows, r] = matrixShape(`${name}.rowJacobian`, 'f(x)', to)
        if (rows !== m)
          throw tweedieError(
            'ShapeMismatch',
            `${name}.rowJacobian`,
            `${rows} rows from ${m}`,
            'Row i of f(x) must be a function of row i of x',
          )
        if (r > d) return undefined
        const slices = columnUnits(P, m, r).map((unit) => P.scope(() => P.reshape(pull(unit()), [m, 1, d])))
        return slices.length === 0 ? P.full([m, r, d], 0) : P.concat(slices, 1)
      })
      if (result !== undefined) return result
      const r = shape[1] as number
      const slices = columnUnits(P, m, d).map((unit) => P.scope(() => P.reshape(jacobianVector(f, x, unit()).tangent, [m, r, 1])))
      return slices.length === 0 ? P.full([m, r, d], 0) : P.concat(slices, 2)
    })

  return { jacobian, rowJacobian }
}

/** The unit vectors of a shape, each made when it is needed. */
const units = <N>(P: Operations<N>, shape: Shape): (() => N)[] => {
  const size = sizeOf(shape)
  return Array.from(
    { length: size },
    (_, k) => () =>
      P.tensor(
        Float64Array.from({ length: size }, (_, j) => (j === k ? 1 : 0)),
        shape,
      ),
  )
}

/** Matrices [rows, columns] with ones in one column. */
const columnUnits = <N>(P: Operations<N>, rows: number, columns: number): (() => N)[] =>
  units(P, [1, columns]).map((unit) => () => P.broadcastTo(unit(), [rows, columns]))

const matrixShape = (where: string, what: string, shape: Shape): readonly [rows: number, columns: number] => {
  if (shape.length !== 2) throw tweedieError('ShapeMismatch', where, `${what} of shape ${showShape(shape)}`, 'Use matrices: rows × columns')
  return shape as readonly [number, number]
}
