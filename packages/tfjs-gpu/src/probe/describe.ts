import type { TfjsDescription } from '../description.js'
import type { TriedName } from '../operations/names.js'
import type { Tf } from '../tf.js'
import { declare } from './declare.js'
import { findings } from './findings.js'
import { adapterOf } from './limits.js'
import type { Probed } from './probe.js'

/** The sum of 65,536 numbers as TensorFlow.js adds them, or as it is done here where that was not asked for. */
const sumError = ({ choices: { sum } }: Probed): number => (sum.tried.find(({ how }) => how === 'plain') ?? sum).verdict.ulp * 2 ** -23

export const describeDevice = (tf: Tf, probed: Probed, largest: number, fusedPosterior: boolean): (() => TfjsDescription) => {
  const { choices, numbers, largestAngle } = probed
  const guarded = (Object.keys(choices) as TriedName[]).filter((name) => {
    const plain = choices[name].tried.find(({ how }) => how === 'plain')
    return plain !== undefined && Number.isFinite(plain.verdict.ulp) && plain.verdict.wrong.includes('NaN')
  })
  const said = (tf.backend() as { readonly floatPrecision?: () => 16 | 32 }).floatPrecision?.()
  const description: TfjsDescription = {
    backend: tf.getBackend(),
    adapter: adapterOf(tf),
    significandBits: numbers.significandBits,
    denormals: numbers.denormals,
    guarded,
    sumError: sumError(probed),
    largestTensor: largest,
    fusedPosterior,
    findings: findings(choices, numbers, largestAngle, said),
    declared: declare(choices, numbers, largestAngle),
  }
  return () => description
}
