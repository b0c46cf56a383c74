import { type Activation, type Backend, type TweedieError, tweedieError } from '@tweedie/core'
import {
  decodeSafetensors,
  encodeSafetensors,
  loadParameters,
  mlp,
  type Network,
  type Parameters,
  type Safetensors,
  saveParameters,
} from '@tweedie/nn'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Anchors } from './anchors/anchors.js'
import type { ColumnMap, ColumnMaps } from './columns/column-map.js'
import type { Generator } from './generator.js'

/**
 * A generator as one safetensors file. Tensors: `network.0.weight`, `network.0.bias`, … as `saveParameters` lays them out, and for column
 * j `columns.j.values` and `columns.j.scores` in F64, and `columns.j.outputs` of a calibrated generator; `anchors.noise` and `anchors.residuals`
 * in F32 of one with anchors. Metadata: `format`, and `generator`, a JSON of sizes, activations, how each column map goes on beyond its ends, and
 * the step of the anchors.
 */
const FORMAT = 'tweedie-generator-1'
const PREFIX = 'network.'

interface Description {
  readonly sizes: readonly number[]
  readonly activation: Activation
  readonly outputActivation: Activation
  readonly extend?: readonly ColumnMap['extend'][]
  /** The step of the anchors, where there are any. */
  readonly step?: number
}

/** The file of a generator. Rejects with `NotFinite` when a weight is not finite. */
export const encodeGenerator = async <N>(
  B: Backend<N>,
  { network, parameters, columns, outputs, anchors }: Generator<N>,
): Promise<Uint8Array> => {
  const { sizes, activation, outputActivation } = network
  const description: Description = {
    sizes,
    activation,
    outputActivation,
    ...(columns && { extend: columns.map(({ extend }) => extend) }),
    ...(anchors && { step: anchors.step }),
  }
  const saved = rightOf(decodeSafetensors(await saveParameters(B, parameters, {}, { prefix: PREFIX })))
  const weights = [...saved.tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float64Array | Float32Array }] as const)
  const maps = (columns ?? []).flatMap(({ values, scores }, j) =>
    Object.entries({ values, scores, ...(outputs && { outputs: outputs[j] as Float64Array }) }).map(
      ([part, data]) => [`columns.${j}.${part}`, { shape: [data.length], data }] as const,
    ),
  )
  const starts = Object.entries(anchors === undefined ? {} : { noise: anchors.noise, residuals: anchors.residuals }).map(
    ([part, { data, rows, columns: width }]) => [`anchors.${part}`, { shape: [rows, width], data: Float32Array.from(data) }] as const,
  )
  return encodeSafetensors([...weights, ...maps, ...starts], { format: FORMAT, generator: JSON.stringify(description) })
}

/** A generator from its file. Left: `InvalidModel` when the file is truncated, altered, or not one of `encodeGenerator`. */
export const decodeGenerator = <N>(B: Backend<N>, bytes: Uint8Array): E.Either<TweedieError, Generator<N>> =>
  pipe(
    E.Do,
    E.bind('file', (): E.Either<TweedieError, Safetensors> => decodeSafetensors(bytes)),
    E.bind('description', ({ file }) => readDescription(file)),
    E.bind('network', ({ description }) => readNetwork(description)),
    E.bind('columns', ({ file, description }) => readColumns(file, description)),
    E.bind('outputs', ({ file, columns }) => readOutputs(file, columns)),
    E.bind('anchors', ({ file, description }) => readAnchors(file, description)),
    E.bind('parameters', ({ network }): E.Either<TweedieError, Parameters<N>> => loadParameters(B, network, bytes, { prefix: PREFIX })),
    E.map(({ network, parameters, columns, outputs, anchors }) => ({
      network,
      parameters,
      ...(columns && { columns }),
      ...(outputs && { outputs }),
      ...(anchors && { anchors }),
    })),
  )

const refuse = (what: string): E.Either<TweedieError, never> =>
  E.left(tweedieError('InvalidModel', 'decodeGenerator', what, 'Use a file that encodeGenerator or tweedie fit wrote, unchanged'))

const readDescription = ({ metadata }: Safetensors): E.Either<TweedieError, Description> => {
  if (metadata.get('format') !== FORMAT)
    return refuse(`its format is ${JSON.stringify(metadata.get('format') ?? 'not given')}, not ${FORMAT}`)
  try {
    const value = JSON.parse(metadata.get('generator') ?? '') as Description
    const isDescription =
      Array.isArray(value.sizes) &&
      (value.extend === undefined || (Array.isArray(value.extend) && value.extend.every((way) => way === 'hold' || way === 'line')))
    return isDescription ? E.right(value) : refuse('its description of the network is not complete')
  } catch {
    return refuse('its description of the network is not JSON')
  }
}

const readNetwork = ({ sizes, activation, outputActivation }: Description): E.Either<TweedieError, Network> => {
  try {
    return E.right(mlp(sizes, { activation, outputActivation }))
  } catch (thrown) {
    return refuse(`its network cannot be made: ${(thrown as Error).message}`)
  }
}

const readColumns = ({ tensors }: Safetensors, { sizes, extend }: Description): E.Either<TweedieError, ColumnMaps | undefined> => {
  if (extend === undefined) return E.right(undefined)
  if (extend.length !== sizes.at(-1)) return refuse(`${extend.length} column maps for ${sizes.at(-1)} columns`)
  const maps: ColumnMap[] = []
  for (const [j, way] of extend.entries()) {
    const [values, scores] = [tensors.get(`columns.${j}.values`)?.data, tensors.get(`columns.${j}.scores`)?.data]
    if (!(values instanceof Float64Array && scores instanceof Float64Array)) return refuse(`the map of column ${j + 1} is missing`)
    const sound =
      values.length >= 2 &&
      values.length === scores.length &&
      values.every((value, k) => Number.isFinite(value) && (k === 0 || value >= (values[k - 1] as number))) &&
      increases(scores)
    if (!sound) return refuse(`the map of column ${j + 1} does not increase`)
    maps.push({ values, scores, extend: way })
  }
  return E.right(maps)
}

/** The calibration: for all columns or none. */
const readOutputs = (
  { tensors }: Safetensors,
  columns: ColumnMaps | undefined,
): E.Either<TweedieError, readonly Float64Array[] | undefined> => {
  const found = (columns ?? []).map((_, j) => tensors.get(`columns.${j}.outputs`)?.data)
  if (found.every((data) => data === undefined)) return E.right(undefined)
  const outputs: Float64Array[] = []
  for (const [j, data] of found.entries()) {
    if (!(data instanceof Float64Array) || data.length !== columns?.[j]?.scores.length || !increases(data))
      return refuse(`the calibration of column ${j + 1} is missing or does not increase`)
    outputs.push(data)
  }
  return E.right(outputs)
}

const readAnchors = ({ tensors }: Safetensors, { sizes, step }: Description): E.Either<TweedieError, Anchors | undefined> => {
  if (step === undefined) return E.right(undefined)
  const [noise, residuals] = [tensors.get('anchors.noise'), tensors.get('anchors.residuals')]
  const [rows, columns] = [noise?.shape[0] ?? 0, sizes.at(-1) as number]
  const matrix = (stored: typeof noise): Anchors['noise'] | undefined =>
    stored?.data instanceof Float32Array &&
    stored.shape.length === 2 &&
    stored.shape[0] === rows &&
    stored.shape[1] === columns &&
    stored.data.every(Number.isFinite)
      ? { data: Float64Array.from(stored.data), rows, columns }
      : undefined
  const [read, rest] = [matrix(noise), matrix(residuals)]
  const sound =
    read !== undefined && rest !== undefined && rows >= 1 && sizes[0] === columns && typeof step === 'number' && step > 0 && step <= 1
  return sound ? E.right({ noise: read, residuals: rest, step }) : refuse('its anchors are not complete')
}

const increases = (knots: Float64Array): boolean =>
  knots.every((knot, k) => Number.isFinite(knot) && (k === 0 || knot > (knots[k - 1] as number)))

/** What has just been encoded decodes. */
const rightOf = <A>(either: E.Either<TweedieError, A>): A => {
  if (E.isLeft(either)) throw either.left
  return either.right
}
