/** What a try showed: the worst error in units in the last place of float32, and what is not as IEEE 754 has it. */
export interface Verdict {
  readonly ulp: number
  readonly wrong: readonly ('NaN' | 'infinity' | 'zero')[]
}

export const LEAST_NORMAL = 2 ** -126

/** The distance from a number to the next in float32. */
export const unit = (value: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.max(Math.abs(value), LEAST_NORMAL)))) - 23)

/**
 * Compares results with the true ones. Results below the smallest normal number count as 0: whether such are kept is asked apart
 * (`device.ts`), and so is the sign of zeros where the device loses it everywhere.
 */
export const judge = (
  given: ArrayLike<number>,
  { wanted, scale, anyZero = false }: { wanted: readonly number[]; scale?: readonly number[]; anyZero?: boolean },
): Verdict => {
  const wrong = new Set<'NaN' | 'infinity' | 'zero'>()
  let ulp = 0
  wanted.forEach((exact, k) => {
    const [value, rounded] = [given[k] as number, Math.fround(exact)]
    if (Number.isNaN(exact) || Number.isNaN(value)) {
      if (Number.isNaN(exact) !== Number.isNaN(value)) wrong.add('NaN')
    } else if (!Number.isFinite(rounded) || !Number.isFinite(value)) {
      if (rounded !== value) wrong.add('infinity')
    } else if (exact === 0 && value === 0) {
      if (!anyZero && !Object.is(exact, value)) wrong.add('zero')
    } else {
      const error = Math.max(0, Math.abs(value - exact) - (Math.abs(exact) < 2 * LEAST_NORMAL ? LEAST_NORMAL : 0))
      ulp = Math.max(ulp, error / unit(scale?.[k] ?? exact))
    }
  })
  return { ulp, wrong: [...wrong] }
}
