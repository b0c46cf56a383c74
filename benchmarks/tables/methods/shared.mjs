// What every JavaScript method shares: the job, and files written whole, meta.json last.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { column, vanishingLinear } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import { readNpy, writeNpy, writeWhole } from '../npy.mjs'
import { densityPackage } from '../packages.mjs'

export const readJob = () => {
  const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
  return { ...job, table: readNpy(job.train), heldOut: readNpy(job.test) }
}

/** Functions of @tweedie/density; ends the process where the build has none of that name. */
export const fromDensity = async (...names) => {
  const all = await densityPackage()
  const absent = names.filter((name) => all[name] === undefined)
  if (absent.length > 0) {
    console.error(`error: @tweedie/density has no ${absent.join(', ')}`)
    process.exit(1)
  }
  return all
}

/** A promise's result and the seconds until it came. */
export const timed = async (call) => {
  const began = performance.now()
  const result = await call()
  return [result, (performance.now() - began) / 1000]
}

/** The deviation of each training column (n − 1 in the denominator); 1 for one that does not vary. */
const scales = (table) =>
  Array.from({ length: table.columns }, (_, j) => {
    const values = column(table, j)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
    return values.every((value) => value === values[0]) ? 1 : Math.sqrt(variance)
  })

/**
 * The mean log-density of the held-out rows, in nats, in standardised units, under the law of a preset's labels: the kernel density of its cloud at the
 * stopping noise, through the column maps. Undefined where the model has other columns than the table.
 */
export const logLikelihoodOf = async (B, { cloud, floor, columns }, job, unitVariance) => {
  if (columns?.length !== job.table.columns) return undefined
  const { cloudDensity, inTableUnits } = await fromDensity('cloudDensity', 'inTableUnits')
  const process = vanishingLinear({ floor })
  return meanOf(inTableUnits(columns, cloudDensity(B, pointCloud(B, cloud)(process), { process, unitVariance })), job)
}

/**
 * The same under preset `best`, whose floor is too small to smooth: the density of rows spread along the data, its settings chosen on a fifth of the
 * training rows. { logLikelihood, density }: the held-out rows' mean, and the settings in words.
 */
export const bestLikelihoodOf = async (B, learnt, job, key) => {
  const { columns, cloud } = learnt
  if (columns?.length !== job.table.columns) return undefined
  const { chooseSpreadDensity, inTableUnits } = await densityPackage()
  if (chooseSpreadDensity === undefined) return { logLikelihood: await logLikelihoodOf(B, learnt, job, true), density: 'cloud' }
  const { density, settings } = await chooseSpreadDensity(cloud, { key })
  return { logLikelihood: await meanOf(inTableUnits(columns, density), job), density: settingsText(settings) }
}

const settingsText = ({ neighbours, ridge, spread }) => `kernels along ${neighbours} neighbours (spread ${spread}, ridge ${ridge})`

/** Mean ln p of the held-out rows in standardised units. */
const meanOf = async (density, { table, heldOut }) => {
  const { logDensity } = await density(heldOut)
  const units = scales(table).reduce((sum, scale) => sum + Math.log(scale), 0)
  return logDensity.reduce((sum, value) => sum + value, 0) / logDensity.length + units
}

/** Writes the rows and the record { name, fitSeconds, sampleSeconds, settings, logLikelihood? }. */
export const finish = ({ out }, rows, meta) => {
  if (!rows.data.every(Number.isFinite)) {
    console.error('error: rows that are not finite numbers')
    process.exit(1)
  }
  writeNpy(join(out, 'gen.npy'), rows)
  writeWhole(join(out, 'meta.json'), JSON.stringify(meta, null, 2))
  console.log(JSON.stringify(meta))
}
