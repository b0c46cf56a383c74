/** The `tweedie` command as a function. */
export type { Surroundings } from './main.js'
export { main } from './main.js'
export { version } from './version.js'
