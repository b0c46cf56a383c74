import type { TimedEquation } from './equations.js'

const MOON = 0.012277471
const EARTH = 1 - MOON

/**
 * The restricted three-body problem in the turning frame (Hairer, Nørsett & Wanner I, §II.0, eq. 0.1), y = (x₁, x₂, x₁′, x₂′), the Earth of
 * mass μ′ at −μ and the Moon of mass μ at μ′.
 */
export const arenstorf: TimedEquation = (B) => {
  const free = [0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, -2, 0, 1, 2, 0]
  // Both differences, both distances squared (each twice), and the pull.
  const apart = [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
  const squares = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1]
  const pull = [0, 0, -EARTH, 0, 0, 0, 0, -EARTH, 0, 0, -MOON, 0, 0, 0, 0, -MOON]
  const [inertia, difference, sum, gravity] = [free, apart, squares, pull].map((entries) => B.tensor(entries, [4, 4])) as [
    Four,
    Four,
    Four,
    Four,
  ]
  type Four = ReturnType<typeof B.tensor<[4, 4]>>
  const places = B.tensor([MOON, 0, -EARTH, 0], [1, 4])
  return (y) => {
    const from = B.add(B.matMul(y, difference), places)
    const distance = B.matMul(B.square(from), sum)
    return B.add(B.matMul(y, inertia), B.matMul(B.div(from, B.mul(distance, B.sqrt(distance))), gravity))
  }
}

/**
 * A grid for the orbit: each step a fraction of the time in which it would fall into the nearer body, √(r³/m). The distances come from the
 * orbit in plain numbers by the method of Heun on a finer grid of the same kind; they need not be accurate.
 */
export const approaches = (start: readonly number[], period: number, fraction: number): number[] => {
  const slope = ([x, y, u, v]: readonly number[] | [number, number, number, number]): { readonly f: number[]; readonly time: number } => {
    const [a, b, c, d] = [x, y, u, v] as [number, number, number, number]
    const [earth, moon] = [Math.hypot(a + MOON, b) ** 3, Math.hypot(a - EARTH, b) ** 3]
    const f = [
      c,
      d,
      a + 2 * d - (EARTH * (a + MOON)) / earth - (MOON * (a - EARTH)) / moon,
      b - 2 * c - (EARTH * b) / earth - (MOON * b) / moon,
    ]
    return { f, time: Math.min(Math.sqrt(earth / EARTH), Math.sqrt(moon / MOON)) }
  }
  const fine = 40
  const times = [0]
  let state = [...start]
  let t = 0
  for (let k = 1; t < period; k++) {
    const first = slope(state)
    const h = Math.min((fraction * first.time) / fine, period - t)
    const second = slope(state.map((value, j) => value + h * (first.f[j] as number)))
    state = state.map((value, j) => value + (h / 2) * ((first.f[j] as number) + (second.f[j] as number)))
    t = period - t <= h ? period : t + h
    if (k % fine === 0 || t === period) times.push(t)
  }
  return times
}
