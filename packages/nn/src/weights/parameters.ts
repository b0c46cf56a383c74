import { type Backend, type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { LinearParameters } from '../layers/linear.js'
import type { Network, Parameters } from '../layers/mlp.js'
import { decodeSafetensors, type StoredTensor } from './decode.js'
import { encodeSafetensors, type TensorToStore } from './encode.js'

/**
 * The layout of a saved network is that of PyTorch's `nn.Sequential(Linear, Tanh, Linear, …)`: layer i is module 2i, its activation is
 * the module after it, so the names are "0.weight", "0.bias", "2.weight", "2.bias", …; a weight is stored [outputs, inputs], the transpose of the
 * [inputs, outputs] that Tweedie computes with. `model.load_state_dict(load_file(path))` reads it as it is.
 */
export interface LayoutOptions {
  /** Put before every name, to share a file with other tensors: "layers." makes "layers.0.weight". Empty by default. */
  readonly prefix?: string | undefined
}

/**
 * The parameters of a network as a safetensors file, in F64 from a float64 backend and in F32 from a float32 one: loading them into the
 * same backend gives the same bits. Rejects with `NotFinite` when a parameter has a NaN or an infinity.
 */
export const saveParameters = async <N>(
  B: Backend<N>,
  parameters: Parameters<N>,
  metadata: Readonly<Record<string, string>> = {},
  { prefix = '' }: LayoutOptions = {},
): Promise<Uint8Array> => {
  const store = (numbers: Float64Array): TensorToStore['data'] => (B.dtype === 'float64' ? numbers : Float32Array.from(numbers))
  const entries = await Promise.all(
    parameters.map(async ({ weight, bias }, layer): Promise<[string, TensorToStore][]> => {
      const [inputs, outputs] = B.shape(weight)
      const [w, b] = await Promise.all([B.read(weight), B.read(bias)])
      if (![...w, ...b].every(Number.isFinite))
        throw tweedieError(
          'NotFinite',
          `saveParameters, layer ${layer}`,
          'a parameter is NaN or infinite',
          'Train again at a lower rate; such a network predicts nothing',
        )
      return [
        [`${prefix}${2 * layer}.weight`, { shape: [outputs, inputs], data: store(transposed(w, inputs, outputs)) }],
        [`${prefix}${2 * layer}.bias`, { shape: [outputs], data: store(b) }],
      ]
    }),
  )
  return encodeSafetensors(entries.flat(), metadata)
}

/**
 * The parameters of a network from a safetensors file: of `saveParameters`, or of any PyTorch module whose linear layers are numbered
 * in order, with or without gaps (`nn.Sequential`, `nn.ModuleList`). F64, F32, F16 and BF16 are read. Left: `InvalidModel` when the file is
 * not valid, when a layer is missing, left over, of another size or not of floats, or when a number is not finite. With a prefix, only the names that
 * begin with it are looked at.
 */
export const loadParameters = <N>(
  B: Backend<N>,
  network: Network,
  bytes: Uint8Array,
  { prefix = '' }: LayoutOptions = {},
): E.Either<TweedieError<'InvalidModel'>, Parameters<N>> =>
  E.chain(({ tensors }: { readonly tensors: ReadonlyMap<string, StoredTensor> }) => readLayers(B, network, tensors, prefix))(
    decodeSafetensors(bytes),
  )

const readLayers = <N>(
  B: Backend<N>,
  { sizes }: Network,
  tensors: ReadonlyMap<string, StoredTensor>,
  prefix: string,
): E.Either<TweedieError<'InvalidModel'>, Parameters<N>> => {
  const left = (what: string, where = 'loadParameters', mend = 'Load it into the network that it was saved from') =>
    E.left(tweedieError('InvalidModel', where, what, mend))
  const wanted = `a network of sizes ${sizes.join('–')}`
  const layers = new Map<number, { weight?: StoredTensor; bias?: StoredTensor }>()
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(prefix)) continue
    const [, number, part] = /^(0|[1-9]\d{0,8})\.(weight|bias)$/.exec(name.slice(prefix.length)) ?? []
    if (number === undefined) return left(`the tensor "${name}" belongs to no layer of ${wanted}`)
    const layer = layers.get(Number(number)) ?? {}
    layer[part as 'weight' | 'bias'] = tensor
    layers.set(Number(number), layer)
  }
  if (layers.size !== sizes.length - 1) return left(`${layers.size} layers for ${wanted}, which has ${sizes.length - 1}`)

  const read: { readonly weight: Float64Array; readonly bias: Float64Array }[] = []
  for (const [index, number] of [...layers.keys()].sort((a, b) => a - b).entries()) {
    const [inputs, outputs] = [sizes[index] as number, sizes[index + 1] as number]
    const numbers: Partial<Record<'weight' | 'bias', Float64Array>> = {}
    for (const [part, shape] of [
      ['weight', [outputs, inputs]],
      ['bias', [outputs]],
    ] as const) {
      const where = `loadParameters, tensor "${prefix}${number}.${part}"`
      const stored = layers.get(number)?.[part]
      if (stored === undefined) return left('it is missing', where)
      if (!(stored.data instanceof Float64Array || stored.data instanceof Float32Array))
        return left(`dtype ${stored.dtype}, which is not of floats`, where)
      if (stored.shape.length !== shape.length || shape.some((size, axis) => size !== stored.shape[axis]))
        return left(
          `shape [${stored.shape.join(', ')}] where ${wanted} has [${shape.join(', ')}]${part === 'weight' ? ', outputs first' : ''}`,
          where,
        )
      const data = Float64Array.from(stored.data)
      if (!data.every(Number.isFinite))
        return left('a number is NaN or infinite', where, 'Use weights of a network whose training went well')
      numbers[part] = part === 'weight' ? transposed(data, outputs, inputs) : data
    }
    read.push(numbers as Required<typeof numbers>)
  }
  // Only now, so that a refusal leaves no tensor behind.
  return E.right(
    read.map(
      ({ weight, bias }, index): LinearParameters<N> => ({
        weight: B.tensor(weight, [sizes[index] as number, sizes[index + 1] as number]),
        bias: B.tensor(bias, [sizes[index + 1] as number]),
      }),
    ),
  )
}

/** The transpose of row-major [rows, columns] numbers. */
const transposed = (data: Float64Array, rows: number, columns: number): Float64Array => {
  const out = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j] as number
  return out
}
