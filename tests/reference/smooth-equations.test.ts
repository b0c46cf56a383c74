import { dop853 } from '@tweedie/ode-sde'
import { describe, expect, it } from 'vitest'
import { airy, lotkaVolterra, vanDerPol } from './equations.js'
import { arenstorf } from './orbit.js'
import { between, reach } from './reach.js'
import { published, reproduce } from './reference.js'

// Where fewer than 8 digits are published, the others are checked against something else: an invariant, tabulated functions, a second solve.

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

const { entries, title } = published<Published>('ode/ode_reference.json')
const tolerance = { rtol: 1e-10, atol: 1e-10 }

describe.skipIf(entries === undefined)(title('published ends of smooth equations, by dop853 at rtol 1e-10'), () => {
  const all = entries as Published

  it('Lotka–Volterra to the 6 digits published at 15 times, its invariant to 1e-8, in 60 to 100 steps of 12 evaluations', async () => {
    const { ts, y0, ref } = all.lotka_volterra
    const { statistics } = await reach(lotkaVolterra, y0, [0, 15], dop853, tolerance)
    between('steps', statistics.steps, [60, 100])
    expect(statistics.evaluations).toBeLessThanOrEqual(12 * statistics.steps + 3)
    // At every time of the grid, whose steps are a little shorter.
    const { states } = await reach(lotkaVolterra, y0, ts, dop853, tolerance)
    const invariant = ([prey, hunters]: ArrayLike<number> & Iterable<number>): number => {
      const [x, y] = [prey as number, hunters as number]
      return x - Math.log(x) + (4 / 3) * y - (2 / 3) * Math.log(y)
    }
    states.forEach((state, k) => {
      // Mathematica gives 6 digits, and is itself 3.7e-6 off.
      reproduce(state, ref[k] as number[], 5e-6, 1)
      expect(Math.abs(invariant(state) - invariant(y0))).toBeLessThan(1e-8)
    })
  })

  it('van der Pol with ε = 0.1 to the 6 digits published, and to 1e-8 of a solve at rtol 1e-13, in 100 to 150 steps', async () => {
    const { t1, y0, ref } = all['vdpol_eps0.1']
    const { end, statistics } = await reach(vanDerPol(0.1), y0, [0, t1], dop853, tolerance)
    reproduce(end, ref, 5e-6, 1)
    const fine = await reach(vanDerPol(0.1), y0, [0, t1], dop853, { rtol: 1e-13, atol: 1e-13 })
    reproduce(end, [...fine.end], 1e-8)
    between('steps', statistics.steps, [100, 150])
  })

  it('Airy from 0 to 1 to the 10 digits published, and to 1e-10 of the functions themselves, in 5 to 12 steps', async () => {
    const { t1, y0, ref } = all.airy
    const { end, statistics } = await reach(airy, y0, [0, t1], dop853, tolerance)
    // The initial values have 10 digits too, and their rounding grows by at most 1.6.
    reproduce(end, ref, 1.5e-10, 1)
    between('steps', statistics.steps, [5, 12])
    // Ai and Ai′ at 0 and at 1 (Abramowitz & Stegun, §10.4, to 16 digits).
    const exact = await reach(airy, [0.3550280538878172, -0.2588194037928068], [0, 1], dop853, tolerance)
    reproduce(exact.end, [0.1352924163128814, -0.1591474412967932], 1e-10)
  })

  it('the Arenstorf orbit closes to 1e-8 of its size at rtol 1e-10, and to 1e-8 in every number at 1e-12, in 250 to 350 and 400 to 500 steps', async () => {
    const { t1, y0 } = all.arenstorf
    const start = y0.map(Number)
    const [coarse, fine] = [
      await reach(arenstorf, start, [0, Number(t1)], dop853, tolerance),
      await reach(arenstorf, start, [0, Number(t1)], dop853, { rtol: 1e-12, atol: 1e-12 }),
    ]
    // The largest number of the state is a velocity of 2. Near the Moon an error grows a thousandfold and more: other settings at rtol 1e-10 end at
    // up to 3e-7.
    reproduce(coarse.end, start, 1e-8, Math.max(...start.map(Math.abs)))
    reproduce(fine.end, start, 1e-8, 1)
    between('steps', coarse.statistics.steps, [250, 350])
    between('steps', fine.statistics.steps, [400, 500])
  })
})
