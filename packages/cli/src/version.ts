import manifest from '../package.json' with { type: 'json' }

/** The version of this package, which the build writes into the code. */
export const version: string = manifest.version
