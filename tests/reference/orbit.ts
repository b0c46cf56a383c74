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
