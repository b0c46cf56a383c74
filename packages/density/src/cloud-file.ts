import { type HostMatrix, type TweedieError, tweedieError } from '@tweedie/core'
import { decodeSafetensors, encodeSafetensors } from '@tweedie/nn'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

/** A cloud as one safetensors file: the tensor `scores`, F64 [n, d], and `format` in its metadata. */
const FORMAT = 'tweedie-cloud-1'

/**
 * The file of a cloud: the rows that a model was fitted to, in its scores. Throws `InvalidTable` for a cloud without a row or column, `NotFinite`
 * naming the row and column of a NaN or an infinity.
 */
export const encodeCloud = ({ data, rows, columns }: HostMatrix): Uint8Array => {
  if (rows < 1 || columns < 1)
    throw tweedieError('InvalidTable', 'encodeCloud', `${rows} rows of ${columns} columns`, 'A cloud needs at least one row and one column')
  const at = data.findIndex((score) => !Number.isFinite(score))
  if (at >= 0)
    throw tweedieError(
      'NotFinite',
      `encodeCloud, row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`,
      `the score ${data[at]}`,
      'Pass the scores that fitColumns gave',
    )
  return encodeSafetensors([['scores', { shape: [rows, columns], data }]], { format: FORMAT })
}

/** A cloud from its file, [n, d]. Left: `InvalidModel` when the file is truncated, altered, or not one of `encodeCloud`. */
export const decodeCloud = (bytes: Uint8Array): E.Either<TweedieError, HostMatrix> =>
  pipe(
    decodeSafetensors(bytes),
    E.chainW(({ tensors, metadata }): E.Either<TweedieError, HostMatrix> => {
      if (metadata.get('format') !== FORMAT)
        return refuse(`its format is ${JSON.stringify(metadata.get('format') ?? 'not given')}, not ${FORMAT}`)
      const { data, shape = [] } = tensors.get('scores') ?? {}
      const [rows = 0, columns = 0] = shape
      if (!(data instanceof Float64Array) || shape.length !== 2 || data.length === 0) return refuse('it has no matrix of scores in F64')
      const at = data.findIndex((score) => !Number.isFinite(score))
      return at < 0
        ? E.right({ data, rows, columns })
        : refuse(`the score in row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1} is ${data[at]}`)
    }),
  )

const refuse = (what: string): E.Either<TweedieError, never> =>
  E.left(tweedieError('InvalidModel', 'decodeCloud', what, 'Use a file that encodeCloud or tweedie fit wrote, unchanged'))
