import type { Backend } from '@tweedie/core'
import { integrate } from './quadrature.js'
import type { SdeTerm, Term } from './term.js'

/** What a user writes to make a term of their own; the rest follows. */
export interface SemiLinear<N>
  extends Pick<Term<N>, 'linear' | 'nonlinear'>,
    Partial<Pick<Term<N>, 'name' | 'gain' | 'propagator' | 'weight' | 'clock' | 'timeRange'>> {}

/** The same with noise. */
export interface SemiLinearSde<N> extends SemiLinear<N>, Pick<SdeTerm<N>, 'diffusion'>, Partial<Pick<SdeTerm<N>, 'noise'>> {}

/**
 * dx = (linear(t)·x + gain(t)·nonlinear(x, t)) dt (+ diffusion(t) dW) with any coefficients; the gain is 1 where not given. What is not
 * given of `propagator`, `weight` and `noise` is computed by quadrature at every step (12 digits; `SolverFailure` where it does not
 * converge).
 */
export function semiLinear<N>(B: Backend<N>, definition: SemiLinearSde<N>): SdeTerm<N>
export function semiLinear<N>(B: Backend<N>, definition: SemiLinear<N>): Term<N>
export function semiLinear<N>(B: Backend<N>, definition: SemiLinear<N> | SemiLinearSde<N>): Term<N> {
  const { name = 'semiLinear', linear, gain = () => 1 } = definition
  const propagator = definition.propagator ?? ((t, s) => Math.exp(integrate(linear, t, s, `${name}, linear`)))
  const weight = definition.weight ?? ((t, s) => integrate((u) => propagator(u, s) * gain(u), t, s, `${name}, gain`))
  const term: Term<N> = { ...definition, name, backend: B, gain, propagator, weight }
  if (!('diffusion' in definition)) return term
  const { diffusion } = definition
  const variance = (t: number, s: number): number =>
    Math.abs(integrate((u) => (propagator(u, s) * diffusion(u)) ** 2, t, s, `${name}, diffusion`))
  return { ...term, noise: definition.noise ?? ((t, s) => Math.sqrt(variance(t, s))) } satisfies Term<N>
}
