import type { Backend, Matrix } from '@tweedie/core'
import { semiLinear } from './semi-linear.js'
import type { SdeTerm, Term } from './term.js'

const noLinearPart = {
  linear: () => 0,
  gain: () => 1,
  propagator: () => 1,
  weight: (t: number, s: number) => s - t,
  clock: { at: (t: number) => t, inverse: (t: number) => t, rate: 0 },
}

/** dx/dt = f(x, t), with no linear part: an exponential method is then its Runge–Kutta or Adams counterpart. */
export const odeTerm = <N>(B: Backend<N>, f: (x: Matrix<N>, t: number) => Matrix<N>): Term<N> =>
  semiLinear(B, { ...noLinearPart, name: 'odeTerm', nonlinear: f })

/** dx = drift(x, t) dt + diffusion(t) dW, with no linear part. The noise over a step is √|∫ diffusion²|, by quadrature. */
export const sdeTerm = <N>(B: Backend<N>, drift: (x: Matrix<N>, t: number) => Matrix<N>, diffusion: (t: number) => number): SdeTerm<N> =>
  semiLinear(B, { ...noLinearPart, name: 'sdeTerm', nonlinear: drift, diffusion })
