import fc from 'fast-check'

/**
 * The seed of every generated case, so that a run of the tests repeats. FC_SEED=random draws new cases, FC_SEED=17 those of 17. What fails says
 * its seed either way.
 */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: tests are no task of turbo, nothing of theirs is cached
const wanted = process.env['FC_SEED'] ?? '20230118'
const seed = wanted === 'random' ? undefined : Number(wanted)
if (seed !== undefined && !Number.isSafeInteger(seed)) throw new Error(`FC_SEED is '${wanted}': give a whole number, or random`)
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
