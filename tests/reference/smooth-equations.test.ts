import { cpu } from '@tweedie/core/cpu'
import { odeTerm, rungeKutta4, solve } from '@tweedie/ode-sde'
import { describe, it } from 'vitest'
import { airy, lotkaVolterra, type TimedEquation, vanDerPol } from './equations.js'
import { approaches, arenstorf } from './orbit.js'
import { published, reproduce } from './reference.js'

// Grids of the package run downwards, so an equation in t is solved in u = −t: dy/du = −f(y, −u), from u = 0.

interface Ends {
  readonly t1: number
  readonly y0: number[]
  readonly ref: number[]
}
interface Published {
  readonly arenstorf: { readonly t1: string; readonly y0: (number | string)[] }
  readonly lotka_volterra: { readonly ts: number[]; readonly y0: number[]; readonly ref: number[][] }
  readonly 'vdpol_eps0.1': Ends
  readonly airy: Ends
}

const B = cpu()
const { entries, title } = published<Published>('ode/ode_reference.json')

/** The states at some of the times, by the classical Runge–Kutta method. */
const states = async (equation: TimedEquation, y0: readonly number[], times: readonly number[], every: number): Promise<Float64Array[]> => {
  const f = equation(B)
  const { x, saved } = await solve(
    B,
    odeTerm(B, (y, u) => B.scope(() => B.neg(f(y, -u)))),
    {
      initial: B.tensor(y0, [1, y0.length]),
      grid: times.map((t) => -t),
      solver: rungeKutta4,
      save: ({ step }) => step % every === 0,
      checkEvery: times.length,
    },
  )
  B.free(x)
  return Promise.all(saved.map((state) => B.read(state.x)))
}
const evenly = (t1: number, steps: number): number[] => Array.from({ length: steps + 1 }, (_, k) => (t1 * k) / steps)
/** Every step in two. */
const halved = (times: readonly number[]): number[] =>
  times.flatMap((t, k) => (k + 1 < times.length ? [t, (t + (times[k + 1] as number)) / 2] : [t]))
/** Richardson's extrapolation of two runs of order 4. */
const extrapolated = (coarse: Float64Array, fine: Float64Array): Float64Array =>
  fine.map((value, k) => value + (value - (coarse[k] as number)) / 15)

describe.skipIf(entries === undefined)(title('published ends of smooth equations, by rungeKutta4'), () => {
  const all = entries as Published

  it('Lotka–Volterra at 16 times, to the 6 digits published', async () => {
    const { ts, y0, ref } = all.lotka_volterra
    const path = await states(lotkaVolterra, y0, evenly(15, 15 * 20), 20)
    // Mathematica gives 6 digits, and is itself 3.7e-6 off.
    ts.forEach((t, k) => reproduce(path[t] as Float64Array, ref[k] as number[], 5e-6, 1))
  })

  it('van der Pol with ε = 0.1, to the 6 digits published', async () => {
    const { t1, y0, ref } = all['vdpol_eps0.1']
    const path = await states(vanDerPol(0.1), y0, evenly(t1, 400), 400)
    reproduce(path.at(-1) as Float64Array, ref, 5e-6, 1)
  })

  it('Airy from 0 to 1, to the 10 digits published', async () => {
    const { t1, y0, ref } = all.airy
    const path = await states(airy, y0, evenly(t1, 200), 200)
    // The initial values have 10 digits too, and their rounding grows by at most 1.6.
    reproduce(path.at(-1) as Float64Array, ref, 1.5e-10, 1)
  })

  it('the Arenstorf orbit closes, to 2e-5', async () => {
    const { t1, y0 } = all.arenstorf
    const start = y0.map(Number)
    const times = approaches(start, Number(t1), 0.05)
    const [coarse, fine] = [times, halved(times)]
    const ends = await Promise.all(
      [coarse, fine].map(async (grid) => (await states(arenstorf, start, grid, grid.length - 1)).at(-1) as Float64Array),
    )
    // Between two approaches an error grows a thousandfold and more.
    reproduce(extrapolated(ends[0] as Float64Array, ends[1] as Float64Array), start, 2e-5, 1)
  })
})
