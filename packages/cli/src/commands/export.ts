import { type Backend, type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { encodeOnnx, type Generator } from '@tweedie/density'
import { decodeSafetensors, encodeSafetensors, saveParameters } from '@tweedie/nn'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeFileAtomic } from '../files/index.js'
import type { ModelConfig } from '../model/config.js'
import { readModelFolder } from '../model/model-folder.js'
import type { World } from './world.js'

export interface ExportRequest {
  readonly folder: string
  /** .onnx or .safetensors. */
  readonly out: string
}

type Encode = <N>(B: Backend<N>, generator: Generator<N>, config: ModelConfig) => Promise<Uint8Array>

const onnx: Encode = (B, generator, { columns, codec, source, tweedie }) =>
  encodeOnnx(B, generator, {
    ...(columns.length === generator.network.sizes.at(-1) && { columnNames: columns }),
    metadata: { tweedie, table: source.sha256, ...(codec && { codec: JSON.stringify(codec) }) },
  })

/** The network alone, in PyTorch's layout; in F32, its usual type, where that loses nothing, and in F64 otherwise. */
const weights: Encode = async (B, { network, parameters }) => {
  const saved = decodeSafetensors(await saveParameters(B, parameters))
  if (E.isLeft(saved)) throw saved.left
  const tensors = [...saved.right.tensors].map(([name, { shape, data }]) => ({
    name,
    shape,
    data: Float64Array.from(data as ArrayLike<number>),
  }))
  const isSingle = tensors.every(({ data }) => data.every((weight) => Math.fround(weight) === weight))
  const { sizes, activation, outputActivation } = network
  return encodeSafetensors(
    tensors.map(({ name, shape, data }) => [name, { shape, data: isSingle ? Float32Array.from(data) : data }] as const),
    { network: JSON.stringify({ sizes, activation, outputActivation }) },
  )
}

const encoders: Readonly<Record<string, Encode>> = { '.onnx': onnx, '.safetensors': weights }

const encoderOf = (out: string): E.Either<TweedieError, Encode> =>
  E.fromNullable(tweedieError('FileError', out, 'the name does not say what to write', 'Use a name that ends in .onnx or .safetensors'))(
    encoders[/\.[^./\\]+$/.exec(out)?.[0].toLowerCase() ?? ''],
  )

/** `tweedie export`: the generator of a model folder for other programs, as ONNX or as plain weights. The file appears whole or not at all. */
export const exportCommand = ({ folder, out }: ExportRequest, { signal }: Pick<World, 'signal'>): TE.TaskEither<TweedieError, void> => {
  // In float64, so that what is in the file is written as it is.
  const B = cpu()
  return pipe(
    TE.fromEither(encoderOf(out)),
    TE.bindTo('encode'),
    TE.bind('model', () => readModelFolder(B, folder)),
    TE.chain(({ encode, model: { generator, config } }) =>
      TE.tryCatch(
        () => encode(B, generator, config),
        (thrown) =>
          toTweedieError(thrown, { tag: 'InvalidModel', where: folder, what: 'the model cannot be exported', mend: 'Fit it again' }),
      ),
    ),
    TE.chain((bytes) => writeFileAtomic(out, bytes, { signal })),
  )
}
