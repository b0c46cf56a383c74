/** Nodes and weights of Gauss and Legendre on [−1, 1], by Newton's method on the three-term recurrence; the weights add up to 2. */
export const gaussLegendre = (count: number): { readonly nodes: readonly number[]; readonly weights: readonly number[] } => {
  const rule = Array.from({ length: count }, (_, k) => {
    let x = -Math.cos((Math.PI * (k + 0.75)) / (count + 0.5))
    for (let step = 0; step < 20; step++) {
      const { value, derivative } = legendre(count, x)
      x -= value / derivative
    }
    return { node: x, weight: 2 / ((1 - x * x) * legendre(count, x).derivative ** 2) }
  })
  return { nodes: rule.map(({ node }) => node), weights: rule.map(({ weight }) => weight) }
}

const legendre = (degree: number, x: number): { value: number; derivative: number } => {
  let [before, value] = [1, x]
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
  return { value, derivative: (degree * (x * value - before)) / (x * x - 1) }
}
