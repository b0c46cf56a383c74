import { fromRows, key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { slicedWasserstein } from '@tweedie/metrics'
import { describe, expect, it } from 'vitest'
import { published } from './reference.js'

// The distances on the line are checked beside wasserstein1d; here is the one in three columns.

interface Published {
  readonly fn: string
  readonly u: number[][]
  readonly v: number[][]
  readonly value: number
}

const { entries, title } = published<readonly Published[]>('metrics/wasserstein_energy_published.json')
const B = cpu()

/** The least sum of costs over all ways to pair the rows with the columns, [n, n] row-major. */
const assignment = (costs: Float64Array, n: number, row = 0, free: readonly number[] = Array.from({ length: n }, (_, j) => j)): number =>
  row === n
    ? 0
    : Math.min(
        ...free.map(
          (j) =>
            (costs[row * n + j] as number) +
            assignment(
              costs,
              n,
              row + 1,
              free.filter((other) => other !== j),
            ),
        ),
      )

describe.skipIf(entries === undefined)(title('published distances in several columns'), () => {
  const several = (entries ?? []).filter(({ fn }) => fn === 'wasserstein_nd')

  it('are there', () => expect(several.length).toBeGreaterThan(0))

  it.each(several)('$fn of $u and $v is $value', async ({ u, v, value }) => {
    const size = [u.length, (u[0] as number[]).length] as const
    const squares = B.squaredDistances(B.tensor(u.flat(), size), B.tensor(v.flat(), size))
    const distance = assignment((await B.read(squares)).map(Math.sqrt), u.length) / u.length
    expect(distance).toBeCloseTo(value, 13)
    // A projection shortens: the sliced distance is below it.
    const sliced = slicedWasserstein(fromRows(u), fromRows(v), { key: key(1), order: 1 })
    expect(sliced).toBeGreaterThan(0)
    expect(sliced).toBeLessThanOrEqual(value)
  })
})
