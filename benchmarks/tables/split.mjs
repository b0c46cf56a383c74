// Training and held-out rows, written once, so that every method and every metric sees the same ones.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key, permutation, takeRows } from '@tweedie/core'
import { readNpy, writeNpy } from './npy.mjs'

/** A shuffle by `seed`: 80 % for training and the rest held out, each cut to `most` rows. */
export const split = (table, seed, most = 10_000) => {
  const order = permutation(fold(key(seed), 0), table.rows)
  const kept = Math.round(0.8 * table.rows)
  return { train: takeRows(table, order.slice(0, Math.min(kept, most))), test: takeRows(table, order.slice(kept, kept + most)) }
}

/** The split in `folder`/train.npy and test.npy; made from `read()` where it is not there. Undefined where there is no table. */
export const splitIn = (folder, seed, most, read) => {
  const [trainPath, testPath] = ['train', 'test'].map((name) => join(folder, `${name}.npy`))
  if (!existsSync(trainPath) || !existsSync(testPath)) {
    const table = read()
    if (table === undefined) return undefined
    mkdirSync(folder, { recursive: true })
    const made = split(table, seed, most)
    writeNpy(testPath, made.test)
    writeNpy(trainPath, made.train)
  }
  return { train: readNpy(trainPath), test: readNpy(testPath), trainPath, testPath }
}
