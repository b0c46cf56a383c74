import { type Backend, checked, counted } from '@tweedie/core'
import { autodiff } from '@tweedie/nn'
import { backendConformance, type Conformance, type Declared, type LawParameters, type WorstError } from '@tweedie/testing'
import { forwardToCpu, type Opened, type Program } from '../session/opened.js'

/** What the suite is run on: the backend itself, or it under a transformer. */
export type Over = 'itself' | 'autodiff' | 'checked' | 'counted' | 'small tensors on the CPU'

const suites = new Map<Over, Conformance>()

const makeOver = <N>(B: Backend<N>, over: Over): Backend<never> => {
  const made = over === 'autodiff' ? autodiff(B) : over === 'checked' ? checked(B) : over === 'counted' ? counted(B) : B
  return made as unknown as Backend<never>
}

const suiteOf = ({ B }: Opened, over: Over): Conformance => {
  const known = suites.get(over)
  if (known) return known
  const { declared } = B.describe()
  const of: Declared = over === 'checked' ? { ...declared, nonFinite: 'refused' } : declared
  const suite = backendConformance(() => makeOver(B, over), of)
  suites.set(over, suite)
  return suite
}

/** The laws by name, which are the same of every backend. */
export const lawNames = backendConformance(() => Promise.reject(new Error('never made')), { tolerances: { default: { ulp: 0 } } }).laws.map(
  ({ name, source }) => `${name} [${source}]`,
)

const check: Program<{ over: Over; law: number; parameters: LawParameters }, null> = async (opened, { over, law, parameters }) => {
  const suite = suiteOf(opened, over)
  forwardToCpu(opened.tf, over === 'small tensors on the CPU')
  await suite.laws[law]!.check(parameters)
  return null
}

const worst: Program<Over, { worst: readonly WorstError[]; table: string; adapter: string }> = async (opened, over) => {
  const suite = suiteOf(opened, over)
  return { worst: suite.worst(), table: suite.table(), adapter: opened.B.describe().adapter }
}

export const conformancePrograms = { 'check law': check, 'worst errors': worst }
