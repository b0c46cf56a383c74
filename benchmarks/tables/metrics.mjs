// Every measurement of one method's rows against held-out rows, both in units of the training means and standard deviations.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { column, key, sliceRows } from '@tweedie/core'
import { runPeer } from '../harness/run-peer.mjs'
import { pythonCommand } from './methods.mjs'
import { readNpy, writeNpy, writeWhole } from './npy.mjs'
import { metricsPackage } from './packages.mjs'
import { snap } from './snap.mjs'

/** Rows that enter the energy distance, the nearest neighbours and the classifier, of each sample. */
const MOST = 5000
/** To be raised when a measurement changes, so that older records are made again. */
const VERSION = 1

const c2stScript = new URL('./peers/c2st.py', import.meta.url).pathname

/** What a sample's file says, remembered in `path` under the hash of what it was made from. */
const remembered = async (path, of, make) => {
  if (existsSync(path)) {
    const before = JSON.parse(readFileSync(path, 'utf8'))
    if (before.of === of) return before
  }
  const made = await make()
  if (made !== undefined) writeWhole(path, JSON.stringify({ of, ...made }, null, 2))
  return made
}

const hashOf = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** The classifier two-sample test of rows against held-out rows; undefined, with a line said, where there is no scikit-learn. */
const c2st = (folder, name, generated, heldOut, seed, say) => {
  const job = { most: MOST, folds: 5, repeats: 4, seed }
  const [path, paths] = [
    join(folder, `${name}.json`),
    { generated: join(folder, `${name}-rows.npy`), heldOut: join(folder, 'held-out.npy') },
  ]
  return remembered(path, hashOf(JSON.stringify(job), generated.data, heldOut.data), async () => {
    const command = pythonCommand(c2stScript, ['sklearn'])
    writeNpy(paths.generated, generated)
    writeNpy(paths.heldOut, heldOut)
    const jobPath = join(folder, `${name}-job.json`)
    writeWhole(jobPath, JSON.stringify({ ...job, ...paths }))
    const outcome = command.missing === undefined ? await runPeer(command, jobPath, 3600) : command
    for (const file of [...Object.values(paths), jobPath]) rmSync(file, { force: true })
    if (outcome.missing === undefined) return outcome
    say(`C2ST left out: ${outcome.missing}`)
    return undefined
  })
}

const withColumns = (matrix, kept) => ({
  data: Float64Array.from(
    { length: matrix.rows * kept.length },
    (_, k) => matrix.data[Math.floor(k / kept.length) * matrix.columns + kept[k % kept.length]],
  ),
  rows: matrix.rows,
  columns: kept.length,
})

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length

const distances = async (generated, heldOut, train, seed) => {
  const M = await metricsPackage()
  const scale = M.columnScale(train)
  const [g, h, t] = [generated, heldOut, train].map((matrix) => M.standardise(matrix, scale))
  // Columns that do not vary in the held-out rows have no divergence and no correlation.
  const varying = Array.from({ length: h.columns }, (_, j) => j).filter((j) => new Set(column(h, j)).size > 1)
  const [gv, hv] = [g, h].map((matrix) => withColumns(matrix, varying))
  const cut = (matrix, k) => M.subsampleRows(matrix, MOST, key(100 * seed + k))
  const near = M.memorisationRatio(cut(g, 1), t, cut(h, 2))
  return {
    ratio: near.ratio ?? undefined,
    copies: near.generatedCopies,
    heldOutCopies: near.heldOutCopies,
    meanKl: mean(Array.from(M.marginalKl(hv, gv))),
    energy: M.energyDistance(cut(h, 3), cut(g, 4)),
    slicedWasserstein: M.slicedWasserstein(h, g, { key: key(100 * seed + 5), projections: 200 }),
    ...furtherDistances(M, gv, hv, cut),
  }
}

/** Those that a build of @tweedie/metrics may not have. */
const furtherDistances = ({ kolmogorovSmirnov, correlationDifference, densityAndCoverage }, g, h, cut) => {
  const near = densityAndCoverage?.(cut(h, 6), cut(g, 7))
  return {
    ks: kolmogorovSmirnov && mean(kolmogorovSmirnov(h, g).map(({ statistic }) => statistic)),
    correlation: correlationDifference?.(h, g).pearson?.mean,
    density: near?.density,
    coverage: near?.coverage,
    freshCoverage: near?.expectedCoverage,
  }
}

/**
 * The measurements of `folder`/gen.npy; what was measured before of the same rows is read. The real half is measured against the other half of the held-out
 * rows. The rows that are measured, where they are not those of gen.npy, are left in snapped.npy.
 */
export const measure = async (method, folder, { train, test }, seed, say) => {
  const drawn = readNpy(join(folder, 'gen.npy'))
  const heldOut = method.name === 'half' ? sliceRows(test, drawn.rows, test.rows) : test
  const generated = method.snap ? snap(drawn, train) : drawn
  const changed = generated.data.some((value, k) => value !== drawn.data[k])
  if (changed) writeNpy(join(folder, 'snapped.npy'), generated)
  const tell = await c2st(folder, 'c2st', generated, heldOut, seed, say)
  const tellDrawn = changed ? await c2st(folder, 'c2st-drawn', drawn, heldOut, seed, say) : tell
  const M = await metricsPackage()
  const has = ['kolmogorovSmirnov', 'correlationDifference', 'densityAndCoverage'].map((name) => M[name] !== undefined)
  const of = hashOf(JSON.stringify([VERSION, MOST, seed, has]), generated.data, heldOut.data, train.data)
  const { of: _, ...found } = await remembered(join(folder, 'metrics.json'), of, () => distances(generated, heldOut, train, seed))
  return { c2st: tell?.accuracy, auc: tell?.auc, c2stDrawn: tellDrawn?.accuracy, ...found }
}
