import fc from 'fast-check'
import { type Law, law } from '../law.js'

/** A law without a free variable: it is checked once, whatever the number of runs. */
export const single = (name: string, source: string, holds: () => void | Promise<void>): Law => {
  const always = law(name, source, fc.constant('the one case'), holds)
  return { ...always, check: (parameters) => always.check({ ...parameters, runs: 1 }) }
}
