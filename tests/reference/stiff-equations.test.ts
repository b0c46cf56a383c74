import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { akzoNobel, brusselator, type Equation, hires, robertson, saturation } from './equations.js'
import { published, reproduce } from './reference.js'
import { type RosenbrockOptions, rosenbrock } from './rosenbrock.js'

// The equations run over the cpu backend and their Jacobians come from autodiff; the method is the test's own (rosenbrock.ts).

interface Problem {
  readonly t1: number
  readonly y0: number[]
  readonly ref: number[]
}
interface Published {
  readonly hires: Problem
  readonly robertson_1e11: Problem
  readonly chemakzo_dae1: Problem
  readonly bruss1d: Omit<Problem, 'y0'>
  readonly robertson_table_0_100: { readonly ts: number[]; readonly y0: number[]; readonly ref: number[][] }
}

const B = cpu()
const { entries, title } = published<Published>('ode/ode_reference.json')
const end = async (equation: Equation, initial: ArrayLike<number>, span: number, options: RosenbrockOptions): Promise<Float64Array> =>
  (await rosenbrock(B, equation, initial, span, options)).y

it('the method has order 4: a tolerance a tenth as large costs 10^(1/4) as many steps and a tenth of the error', async () => {
  // y′ = −y² from 1: y(t) = 1/(1 + t).
  const equation: Equation = (B) => (y) => B.neg(B.square(y))
  const runs = await Promise.all(
    [1e-6, 1e-7, 1e-8, 1e-9].map(async (relative) => rosenbrock(B, equation, [1], 5, { relative, absolute: 0, firstStep: 1e-2 })),
  )
  for (let k = 0; k < 3; k++) {
    const [coarse, fine] = [runs[k], runs[k + 1]] as [(typeof runs)[0], (typeof runs)[0]]
    const growth = fine.steps / coarse.steps
    expect(growth).toBeGreaterThan(1.5)
    expect(growth).toBeLessThan(2.1)
  }
  expect(Math.abs((runs[3]?.y[0] as number) - 1 / 6)).toBeLessThan(1e-9)
})

describe.skipIf(entries === undefined)(title('published ends of stiff equations, through the backend and autodiff'), () => {
  const all = entries as Published

  it('HIRES, to 1e-6', async () => {
    const { y0, t1, ref } = all.hires
    reproduce(await end(hires, y0, t1, { relative: 1e-6, absolute: 1e-10, firstStep: 1e-4 }), ref, 1e-6)
  })

  it('Robertson at 1e11, to 1e-6', async () => {
    const { y0, t1, ref } = all.robertson_1e11
    reproduce(await end(robertson, y0, t1, { relative: 3e-6, absolute: 1e-17, firstStep: 1e-5 }), ref, 1e-6)
  })

  it('Robertson at eight times up to 100, to 1e-6', async () => {
    const { ts, y0, ref } = all.robertson_table_0_100
    let y: ArrayLike<number> = y0
    for (let k = 0; k < ts.length; k++) {
      if (k > 0)
        y = await end(robertson, y, (ts[k] as number) - (ts[k - 1] as number), { relative: 1e-7, absolute: 1e-13, firstStep: 1e-5 })
      reproduce(y, ref[k] as number[], 1e-6)
    }
  })

  it('Chemical Akzo Nobel with y₆ = K_s y₁ y₄, to 1e-6', async () => {
    const { y0, t1, ref } = all.chemakzo_dae1
    const y = await end(akzoNobel, y0.slice(0, 5), t1, { relative: 1e-6, absolute: 1e-10, firstStep: 1e-4 })
    reproduce([...y, saturation * (y[0] as number) * (y[3] as number)], ref, 1e-6)
  })

  it('the Brusselator of 1,000 unknowns, to 2e-6', async () => {
    const { t1, ref } = all.bruss1d
    // Every seventh unknown is published, from the first.
    const initial = Array.from({ length: 500 }, (_, i) => [1 + Math.sin((2 * Math.PI * (i + 1)) / 501) / 2, 3]).flat()
    const y = await end(brusselator, initial, t1, { bandwidth: 2, relative: 2e-6, absolute: 2e-6, firstStep: 1e-4 })
    reproduce(
      y.filter((_, k) => k % 7 === 0),
      ref,
      2e-6,
    )
  })
})
