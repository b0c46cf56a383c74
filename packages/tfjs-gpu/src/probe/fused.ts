import { type FusedActivations, fusedNames, fusedProduct } from '../operations/products.js'
import type { Run } from '../operations/run.js'
import { judge } from './judge.js'
import { special, spread } from './points.js'

const truth = { identity: (x: number) => x, relu: (x: number) => (x > 0 ? x : Number.isNaN(x) ? x : 0), tanh: Math.tanh } as const

/** Which activations the fused product of TensorFlow.js gets right on the device: the special numbers, and small and large ones to 4 units. */
export const fusedActivations = async (R: Run): Promise<FusedActivations> => {
  const values = Float32Array.from([...special, ...spread(24).map((u, k) => (k % 2 === 0 ? 1 : -1) * 10 ** (8 * u - 7))])
  const names = Object.keys(fusedNames) as (keyof typeof fusedNames)[]
  const zeros = new Float32Array(1)
  const tried: (keyof typeof fusedNames)[] = []
  const joined = R.within(() => {
    const results = names.flatMap((name) => {
      try {
        const operands = [
          R.numbers(values.slice(), [values.length, 1]),
          R.numbers(Float32Array.of(1), [1, 1]),
          R.numbers(zeros.slice(), [1]),
        ] as const
        const result = fusedProduct(R, operands, name)
        tried.push(name)
        return [R.reshape(result, [values.length])]
      } catch {
        return []
      }
    })
    return results.length === 0 ? undefined : R.kernel('Concat', results, { axis: 0 })
  })
  if (joined === undefined) return new Set()
  const given = await joined.data()
  joined.dispose()
  return new Set(
    tried.filter((name, k) => {
      const verdict = judge(given.slice(k * values.length, (k + 1) * values.length), {
        wanted: Array.from(values, truth[name]),
        anyZero: true,
      })
      return verdict.wrong.length === 0 && verdict.ulp <= 4
    }),
  )
}
