/** What a picture depends on, its limits, and its ways in: a link, preset points and tables as text. */

export type { Either } from 'fp-ts/lib/Either.js'
export { checkSetup } from './setup/check.js'
export { decodeSetup, encodeSetup } from './setup/link.js'
export type { BackendName, GridName, ProcessName, Setup, SolverName } from './setup/model.js'
export { backendNames, gridNames, limits, processNames, solverNames } from './setup/model.js'
export type { PresetName } from './setup/presets.js'
export { presetNames, presets } from './setup/presets.js'
export { readPoints } from './setup/read-points.js'
