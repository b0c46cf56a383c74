import type { Setup } from './setup.js'

/** What the page asks of its worker. Every job has a number of its own; a job is ended by `cancel`. */
export type Request =
  | { readonly kind: 'capabilities'; readonly id: number }
  /** Particles from noise to data along the probability flow under the exact score of the points. */
  | { readonly kind: 'flow'; readonly id: number; readonly setup: Setup }
  /** The score and the density on a square grid at a time t. */
  | { readonly kind: 'field'; readonly id: number; readonly setup: Setup; readonly time: number; readonly size: number }
  /** Paper A: labels, a network, samples in one pass, and the map from noise to data. */
  | { readonly kind: 'generator'; readonly id: number; readonly setup: Setup; readonly sizes?: Sizes }
  /** Paper B: a network trained on an objective, its samples, and how polluted they are. */
  | { readonly kind: 'network'; readonly id: number; readonly setup: Setup; readonly objective: ObjectiveName; readonly sizes?: Sizes }
  | { readonly kind: 'cancel'; readonly id: number }

/** How large a training is, where it is to differ from `usualSizes` of engine/sizes.ts. */
export interface Sizes {
  /** Steps of the training. */
  readonly training?: number
  /** Samples that are drawn. */
  readonly samples?: number
  /** Labelled pairs; generator only. */
  readonly labels?: number
}

export type ObjectiveName = 'cem' | 'ddpm' | 'sgm'

/** One backend, and whether it runs here. */
export interface Capability {
  readonly backend: Setup['backend']
  readonly available: boolean
  /** What was found of the device, or why there is none: sentences for a person. */
  readonly notes: readonly string[]
}

/** What the worker answers. Arrays are transferred, not copied. Coordinates are those of the setup's points. */
export type Answer =
  | { readonly kind: 'capabilities'; readonly id: number; readonly backends: readonly Capability[] }
  /** One time of the flow. positions: [particles, 2], row-major. */
  | {
      readonly kind: 'frame'
      readonly id: number
      readonly step: number
      readonly steps: number
      readonly time: number
      readonly positions: Float32Array
      /** X_t = alpha X₀ + sigma Z: a view of side √(alpha² + sigma²) times that of the data shows every particle. */
      readonly alpha?: number
      readonly sigma?: number
    }
  | {
      readonly kind: 'field'
      readonly id: number
      readonly time: number
      readonly size: number
      /** The square that was looked at: [left, bottom, right, top]. */
      readonly bounds: readonly [number, number, number, number]
      /** [size · size, 2], row after row from the bottom. */
      readonly score: Float32Array
      /** ln p_t, [size · size]. */
      readonly logDensity: Float32Array
    }
  | {
      readonly kind: 'progress'
      readonly id: number
      readonly stage: string
      readonly done: number
      readonly of: number
      readonly loss?: number
    }
  /** Samples of a trained generator or network; `noise` are the starts Y that the samples X came from (the map Y → X), generator only. */
  | {
      readonly kind: 'samples'
      readonly id: number
      readonly samples: Float32Array
      readonly noise?: Float32Array
      /** The share of samples farther from every data point than `pollutionRadius`, 0 to 1. */
      readonly pollution: number
      readonly pollutionRadius: number
    }
  | { readonly kind: 'done'; readonly id: number; readonly seconds: number; readonly liveTensors: number; readonly message: string }
  | { readonly kind: 'cancelled'; readonly id: number }
  /** A refusal: what was wrong, where, and the mend. */
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly tag: string
      readonly where: string
      readonly what: string
      readonly mend: string
    }
