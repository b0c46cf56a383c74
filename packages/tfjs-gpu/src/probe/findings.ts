import type { TriedName } from '../operations/names.js'
import type { Choice, Choices } from './choose.js'
import type { DeviceNumbers } from './device.js'
import type { Verdict } from './judge.js'

/** What was found of a device, as sentences for a person. */

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const lacks = ({ ulp, wrong }: Verdict): string => {
  if (!Number.isFinite(ulp)) return 'is not there'
  const told = { NaN: 'NaN', infinity: 'an infinity', zero: 'the sign of zero' }
  if (wrong.length > 0) return `gets ${list(wrong.map((each) => told[each]))} wrong`
  return `is off by ${ulp.toPrecision(2)} units in the last place`
}

const mended: Readonly<Record<Exclude<Choice['how'], 'plain'>, string>> = {
  program: 'a program of this package computes it',
  guarded: 'those cases are put right after it',
  composed: 'a formula over other operations computes it',
}

const ofOperation = (name: TriedName, { how, verdict, tried }: Choice): string[] => {
  const plain = tried.find((each) => each.how === 'plain')
  if (how === 'plain' || plain === undefined) {
    const wrong = verdict.wrong.filter((each) => each !== 'zero')
    return how === 'plain' && wrong.length > 0 ? [`${name} ${lacks({ ulp: verdict.ulp, wrong })}, and no way was found to mend it.`] : []
  }
  return [`${name} of TensorFlow.js ${lacks(plain.verdict)}; ${mended[how]}.`]
}

export const findings = (
  choices: Choices,
  numbers: DeviceNumbers,
  largestAngle: number,
  saysBits: number | undefined,
): readonly string[] => {
  const named = Object.entries(choices) as [TriedName, Choice][]
  const programs = named.filter(([, { how }]) => how === 'program').map(([name]) => name)
  const { significandBits, denormals, signedZeros } = numbers
  return [
    ...(saysBits !== undefined && saysBits !== 32
      ? [
          `TensorFlow.js says that it computes in ${saysBits} bits; by experiment a number keeps ${significandBits} bits of its significand.`,
        ]
      : []),
    ...(significandBits < 24 ? [`Numbers keep ${significandBits} bits of the 24 of single precision: tolerances are relative.`] : []),
    ...(denormals === 'flushed' ? ['Numbers below the smallest normal one, 1.2e-38, are taken for 0, by some functions at least.'] : []),
    ...(signedZeros === 'lost' ? ['The sign of a zero is lost.'] : []),
    ...(programs.length > 0 ? [`Programs of this package compute ${list(programs)}.`] : []),
    ...(choices.erf.how === 'composed' || choices.erf.how === 'guarded'
      ? [
          'erf of TensorFlow.js is an approximation to 1.5e-7 (Abramowitz & Stegun 7.1.26), bad near 0; a formula over other operations computes it.',
        ]
      : []),
    ...named.flatMap(([name, choice]) => ofOperation(name, choice)),
    ...(largestAngle < 2 ** 25 ? [`sin and cos keep their digits up to angles of ${largestAngle}.`] : []),
  ]
}
