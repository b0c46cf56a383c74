import type { Backend, Matrix } from '@tweedie/core'

/** Right-hand sides of the published problems, y′ = f(y), over any backend: [M, D] → [M, D]. */
export type Equation = <N>(B: Backend<N>) => (y: Matrix<N>) => Matrix<N>

const columnsOf = <N>(B: Backend<N>, y: Matrix<N>): Matrix<N>[] => Array.from({ length: B.shape(y)[1] }, (_, k) => B.slice(y, 1, k, k + 1))

/** Rates times what each reaction makes of each species: [M, R] · [R, D]. */
const balance = <N>(B: Backend<N>, rates: readonly Matrix<N>[], stoichiometry: readonly (readonly number[])[]): Matrix<N> =>
  B.matMul(B.concat(rates, 1), B.tensor(stoichiometry.flat(), [stoichiometry.length, (stoichiometry[0] as readonly number[]).length]))

/** Robertson 1966, "The solution of a set of reaction rate equations": A → B, 2B → C + B, B + C → A + C. */
export const robertson: Equation = (B) => (y) => {
  const [a, b, c] = columnsOf(B, y) as [typeof y, typeof y, typeof y]
  return balance(
    B,
    [B.mul(a, 0.04), B.mul(B.square(b), 3e7), B.mul(B.mul(b, c), 1e4)],
    [
      [-1, 1, 0],
      [0, -1, 1],
      [1, -1, 0],
    ],
  )
}

/** HIRES (Schäfer 1975; Hairer & Wanner, "Solving ODEs II", §IV.10): eight species, linear but for one reaction, 280 y₆ y₈. */
export const hires: Equation = (B) => (y) => {
  const constant = B.tensor([0.0007, 0, 0, 0, 0, 0, 0, 0], [1, 8])
  const linear = B.matMul(y, B.transpose(B.tensor(HIRES.flat(), [8, 8])))
  const meeting: typeof y = B.mul(B.mul(B.slice(y, 1, 5, 6), B.slice(y, 1, 7, 8)), 280)
  return B.add(B.add(linear, constant), B.mul(meeting, B.tensor([0, 0, 0, 0, 0, -1, 1, -1], [1, 8])))
}
const HIRES = [
  [-1.71, 0.43, 8.32, 0, 0, 0, 0, 0],
  [1.71, -8.75, 0, 0, 0, 0, 0, 0],
  [0, 0, -10.03, 0.43, 0.035, 0, 0, 0],
  [0, 8.32, 1.71, -1.12, 0, 0, 0, 0],
  [0, 0, 0, 0, -1.745, 0.43, 0.43, 0],
  [0, 0, 0, 0.69, 1.71, -0.43, 0.69, 0],
  [0, 0, 0, 0, 0, 0, -1.81, 0],
  [0, 0, 0, 0, 0, 0, 1.81, 0],
]

/** The constant K_s of the Chemical Akzo Nobel problem: y₆ = K_s y₁ y₄. */
export const saturation = 115.83

/**
 * Chemical Akzo Nobel (test set for IVP solvers, Mazzia & Magherini), an equation of index 1 with the constraint 0 = K_s y₁ y₄ − y₆: here the
 * five differential equations with y₆ put in.
 */
export const akzoNobel: Equation = (B) => (y) => {
  const [y1, y2, y3, y4, y5] = columnsOf(B, y) as [typeof y, typeof y, typeof y, typeof y, typeof y]
  const root = B.sqrt(y2)
  const y6 = B.mul(B.mul(y1, y4), saturation)
  const inflow: typeof y = B.mul(B.sub(0.9 / 737, y2), 3.3)
  return balance(
    B,
    [
      B.mul(B.mul(B.square(B.square(y1)), root), 18.7),
      B.mul(B.mul(y3, y4), 0.58),
      B.mul(B.mul(y1, y5), 0.58 / 34.4),
      B.mul(B.mul(y1, B.square(y4)), 0.09),
      B.mul(B.mul(B.square(y6), root), 0.42),
      inflow,
    ],
    [
      [-2, -0.5, 1, 0, 0],
      [1, 0, -1, -1, 1],
      [-1, 0, 1, 1, -1],
      [-1, -1, 0, -2, 0],
      [0, -0.5, 0, 0, 1],
      [0, 1, 0, 0, 0],
    ],
  )
}

/**
 * The Brusselator with diffusion 1/50 on 500 inner points, u = 1 and v = 3 at both ends (Hairer & Wanner II, §IV.10). The state is
 * u₁, v₁, u₂, v₂, …, so the Jacobian has two diagonals on each side.
 */
export const brusselator: Equation = (B) => (y) => {
  const [rows, size] = B.shape(y)
  const points = size / 2
  const ends = B.broadcastTo(B.tensor([1, 3], [1, 2]), [rows, 2])
  const left: typeof y = B.concat([ends, B.slice(y, 1, 0, size - 2)], 1)
  const right: typeof y = B.concat([B.slice(y, 1, 2, size), ends], 1)
  const diffusion = B.mul(B.add(B.sub(left, B.mul(y, 2)), right), (points + 1) ** 2 / 50)
  const pairs = B.reshape(y, [rows * points, 2])
  const [u, v] = columnsOf(B, pairs) as [typeof y, typeof y]
  const meeting: typeof y = B.mul(B.square(u), v)
  const reaction: typeof y = B.concat([B.add(B.sub(meeting, B.mul(u, 4)), 1), B.sub(B.mul(u, 3), meeting)], 1)
  return B.add(diffusion, B.reshape(reaction, [rows, size]))
}

/** Right-hand sides y′ = f(y, t). */
export type TimedEquation = <N>(B: Backend<N>) => (y: Matrix<N>, t: number) => Matrix<N>

/** Lotka–Volterra: y₁′ = ⅔ y₁ − 4/3 y₁ y₂, y₂′ = y₁ y₂ − y₂. */
export const lotkaVolterra: TimedEquation = (B) => (y) => {
  const [prey, hunters] = columnsOf(B, y) as [typeof y, typeof y]
  return balance(
    B,
    [prey, B.mul(prey, hunters), hunters],
    [
      [2 / 3, 0],
      [-4 / 3, 1],
      [0, -1],
    ],
  )
}

/** Van der Pol: y₁′ = y₂, ε y₂′ = (1 − y₁²) y₂ − y₁. */
export const vanDerPol =
  (epsilon: number): TimedEquation =>
  (B) =>
  (y) => {
    const [x, v] = columnsOf(B, y) as [typeof y, typeof y]
    const force: typeof y = B.sub(B.mul(B.sub(1, B.square(x)), v), x)
    return B.concat([v, B.div(force, epsilon)], 1)
  }

/** Airy: y″ = t y. */
export const airy: TimedEquation = (B) => (y, t) => B.matMul(y, B.tensor([0, t, 1, 0], [2, 2]))
