import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { BackendChoice } from './backends.js'
import { activations, type BackendName, backends, grids, presets, scalings, solvers } from './names.js'
import { type FitSettings, presetSettings } from './settings.js'

/** The options of `fit` as the command line gives them: text, all optional. */
export type SettingsText = { readonly [name in keyof FitSettings]?: string }

/** Reads and checks the options of `fit`; the first that is wrong is the left side, a `Usage` error naming it. */
export const parseSettings = (given: SettingsText): E.Either<TweedieError, FitSettings> =>
  E.tryCatch(
    () => {
      const chosen = {
        seed: wholeNumber('--seed', given.seed, 0),
        spread: number('--spread', given.spread, (x) => x >= 0, 'a number of 0 or more'),
        step: stepOf(given.step),
        backend: oneOf('--backend', given.backend, backends),
        threads: wholeNumber('--threads', given.threads, 1),
        testFraction: number('--test-fraction', given.testFraction, (x) => x > 0 && x < 1, 'a number between 0 and 1'),
        scaling: oneOf('--scaling', given.scaling, scalings),
        floor: number('--floor', given.floor, (x) => x > 0 && x < 1, 'a variance between 0 and 1'),
        solver: oneOf('--solver', given.solver, namesOf(solvers)),
        grid: oneOf('--grid', given.grid, namesOf(grids)),
        steps: wholeNumber('--steps', given.steps, 2),
        labels: wholeNumber('--labels', given.labels, 10),
        miniBatch: wholeNumber('--mini-batch', given.miniBatch, 1),
        hidden: sizes('--hidden', given.hidden),
        activation: oneOf('--activation', given.activation, activations),
        trainingSteps: wholeNumber('--training-steps', given.trainingSteps, 1),
        batch: wholeNumber('--batch', given.batch, 1),
        rate: number('--rate', given.rate, (x) => x > 0, 'a positive number'),
        samples: wholeNumber('--samples', given.samples, 2),
        chunk: wholeNumber('--chunk', given.chunk, 1),
      }
      const preset = oneOf('--preset', given.preset, presets) ?? 'best'
      requireFitting(preset, given)
      requireThreadsOf(chosen.backend, given.threads)
      return {
        ...presetSettings[preset],
        ...(Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)) as Partial<FitSettings>),
      }
    },
    (thrown) => thrown as TweedieError,
  )

/** The options of `sample` as the command line gives them. */
export interface SampleText {
  readonly count: string
  readonly seed: string
  readonly backend: string
  readonly threads?: string
}

/** Reads and checks the options of `sample`. */
export const parseSample = (given: SampleText): E.Either<TweedieError, { readonly count: number; readonly seed: number } & BackendChoice> =>
  E.tryCatch(
    () => {
      const choice = parseBackend(given)
      return {
        count: wholeNumber('--count', given.count, 1) as number,
        seed: wholeNumber('--seed', given.seed, 0) as number,
        ...choice,
      }
    },
    (thrown) => thrown as TweedieError,
  )

/** What computes, of any command. Throws `Usage`. */
export const parseBackend = (given: { readonly backend: string; readonly threads?: string }): BackendChoice => {
  const threads = wholeNumber('--threads', given.threads, 1)
  const backend = oneOf('--backend', given.backend, backends) as BackendName
  requireThreadsOf(backend, given.threads)
  return { backend, ...(threads === undefined ? {} : { threads }) }
}

/** A GPU has threads of its own. */
const requireThreadsOf = (backend: BackendName | undefined, threads: string | undefined): void => {
  if (backend === 'webgpu' && threads !== undefined)
    throw tweedieError('Usage', '--threads', 'it means nothing to backend webgpu', 'Leave it out, or choose --backend wasm')
}

/** A whole number from 0 up, for options of other commands too. */
export const wholeNumber = (option: string, text: string | undefined, least: number): number | undefined =>
  number(option, text, (x) => Number.isSafeInteger(x) && x >= least, `a whole number, at least ${least}`)

const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] => Object.keys(record) as Name[]

const refuse = (option: string, text: string, expected: string): TweedieError =>
  tweedieError('Usage', option, `"${text}" is not ${expected}`, `Give ${expected}; tweedie --help lists the options`)

const number = (option: string, text: string | undefined, accepts: (x: number) => boolean, expected: string): number | undefined => {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value) || !accepts(value)) throw refuse(option, text, expected)
  return value
}

/** A name of a list, for options of other commands too. */
export const oneOf = <Name extends string>(option: string, text: string | undefined, names: readonly Name[]): Name | undefined => {
  if (text === undefined) return undefined
  const found = names.find((name) => name === text)
  if (found === undefined) throw refuse(option, text, `one of ${names.join(', ')}`)
  return found
}

const stepOf = (text: string | undefined): number | 'network' | undefined =>
  text === 'network' ? text : number('--step', text, (x) => x > 0 && x <= 1, 'a number above 0 and at most 1, or network')

/** Options that would say nothing to a preset are refused. */
const requireFitting = (preset: FitSettings['preset'], given: SettingsText): void => {
  const idle: Record<FitSettings['preset'], readonly (readonly [option: string, given: boolean])[]> = {
    best: [
      ['--mini-batch', given.miniBatch !== undefined],
      ['--scaling standard', given.scaling === 'standard'],
    ],
    plain: [
      ['--spread', given.spread !== undefined],
      ['--step', given.step !== undefined],
    ],
    paper: [
      ...(['spread', 'step', 'solver', 'grid', 'floor', 'activation'] as const).map(
        (name) => [`--${name}`, given[name] !== undefined] as const,
      ),
      ['--scaling normal-scores', given.scaling === 'normal-scores'],
    ],
  }
  const [first] = idle[preset].find(([, isGiven]) => isGiven) ?? []
  if (first !== undefined)
    throw tweedieError(
      'Usage',
      first,
      `it means nothing to preset ${preset}`,
      `Leave it out, or choose another --preset: ${presets.join(', ')}`,
    )
}

const sizes = (option: string, text: string | undefined): readonly number[] | undefined =>
  text
    ?.split(',')
    .map((part) => number(option, part, (x) => Number.isInteger(x) && x >= 1, 'a list of layer sizes such as 64,64') as number)
