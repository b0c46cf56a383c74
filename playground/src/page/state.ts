import type { Answer, Capability, ObjectiveName } from '../protocol.js'
import type { Setup } from '../setup.js'
import { type Film, noFilm } from './film.js'
import type { Store } from './store.js'

export type Tool = 'draw' | 'erase'
export type Model = 'generator' | ObjectiveName
export type Length = 'short' | 'usual' | 'long'
export type Layer = 'points' | 'particles' | 'density' | 'field' | 'map'
export type FieldAnswer = Extract<Answer, { kind: 'field' }>

/** The three sentences of a refusal. */
export interface Refusal {
  readonly where: string
  readonly what: string
  readonly mend: string
  /** The setup that came with the page could not be used. */
  readonly badLink?: boolean
}

/** What a trained model made. */
export interface Samples {
  readonly model: Model
  readonly positions: Float32Array
  /** The starts that the samples came from: the generator's alone. */
  readonly noise: Float32Array | undefined
  /** 1 where a sample is farther than `radius` from every point. */
  readonly polluted: Uint8Array
  readonly pollution: number
  readonly radius: number
}

export interface Work {
  readonly kind: 'flow' | Model
  readonly stage: string
  /** 0 to 1. */
  readonly share: number
}

export interface State {
  readonly setup: Setup
  readonly tool: Tool
  readonly model: Model
  /** How long a training may take. */
  readonly length: Length
  readonly layers: Readonly<Record<Layer, boolean>>
  /** undefined until the worker has looked. */
  readonly capabilities: readonly Capability[] | undefined
  readonly work: Work | undefined
  readonly losses: readonly number[]
  readonly film: Film
  readonly samples: Samples | undefined
  readonly field: FieldAnswer | undefined
  /** Which of the two is looked at. */
  readonly shown: 'flow' | 'samples'
  /** Where in the grid of times one looks, in steps: 0 is noise, `setup.steps` the data. */
  readonly playhead: number
  readonly playing: boolean
  /** The keyboard's cursor, while it is in use. */
  readonly cursor: readonly [number, number] | undefined
  readonly refusal: Refusal | undefined
  /** The last job's own words. */
  readonly message: string
  /** What a screen reader says next. */
  readonly said: string
}

export type Page = Store<State>

export const initialState = (setup: Setup): State => ({
  setup,
  tool: 'draw',
  model: 'generator',
  length: 'usual',
  layers: { points: true, particles: true, density: true, field: false, map: true },
  capabilities: undefined,
  work: undefined,
  losses: [],
  film: noFilm,
  samples: undefined,
  field: undefined,
  shown: 'flow',
  playhead: 0,
  playing: false,
  cursor: undefined,
  refusal: undefined,
  message: '',
  said: '',
})

/** What was computed for another setup is let go. */
export const nothingComputed = {
  film: noFilm,
  samples: undefined,
  field: undefined,
  losses: [],
  playing: false,
  shown: 'flow',
  message: '',
} as const
