import type { Arithmetic } from '../operations/names.js'
import type { Run } from '../operations/run.js'
import { judge } from './judge.js'

/** Numbers that are tried between one power of two and the next. */
const EACH = 6
const POWERS = 25

/**
 * The largest angle, a power of two, below which sine and cosine are as exact as for small ones: within `limit` units of the last place at all points
 * that were tried, of which each octave has some near multiples of π/2.
 */
export const largestAngle = async (R: Run, { sin, cos }: Pick<Arithmetic, 'sin' | 'cos'>, limit: number): Promise<number> => {
  const angles = Float32Array.from({ length: EACH * POWERS }, (_, at) => {
    const low = 2 ** Math.floor(at / EACH)
    const x = low * (1 + ((at % EACH) + 0.37) / EACH)
    return at % 2 === 0 ? x : Math.round(x / (Math.PI / 2)) * (Math.PI / 2)
  })
  const answer = R.within(() => {
    const x = R.numbers(angles.slice(), [angles.length])
    return R.kernel('Concat', [sin(x), cos(x)], { axis: 0 })
  })
  const values = await answer.data()
  answer.dispose()
  for (let power = 0; power < POWERS; power++) {
    const octave = angles.slice(power * EACH, (power + 1) * EACH)
    const judged = [Math.sin, Math.cos].map((f, k) =>
      judge(values.slice(k * angles.length + power * EACH, k * angles.length + (power + 1) * EACH), { wanted: Array.from(octave, f) }),
    )
    if (judged.some(({ ulp, wrong }) => ulp > limit || wrong.length > 0)) return 2 ** power
  }
  // All that were tried: the largest of them is not the end, where float64 does the work.
  return 2 ** POWERS
}
