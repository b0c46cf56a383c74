import type { Program } from '../session/opened.js'
import { type Generated, pipeline } from './pipeline.js'

/** The demo's pipeline with the key of a seed. */
const fitted: Program<number, Generated> = ({ B }, seed) => pipeline(B, seed)

export const metricsPrograms = { pipeline: fitted }
