import { key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { mlp } from '../layers/mlp.js'
import { decodeSafetensors } from './decode.js'
import { encodeSafetensors } from './encode.js'
import { loadParameters, saveParameters } from './parameters.js'

const network = mlp([2, 5, 3])

describe.each([cpu(), cpu({ dtype: 'float32' })])('parameters on $name', (B) => {
  it('come back bit for bit, with the metadata beside them', async () => {
    const parameters = network.initialise(B, key(4))
    const bytes = await saveParameters(B, parameters, { sizes: '2-5-3' })
    const loaded = loadParameters(B, network, bytes)
    if (E.isLeft(loaded)) throw loaded.left
    for (const [layer, { weight, bias }] of parameters.entries()) {
      expect(await B.read(loaded.right[layer]?.weight as typeof weight)).toEqual(await B.read(weight))
      expect(await B.read(loaded.right[layer]?.bias as typeof bias)).toEqual(await B.read(bias))
    }
    const stored = decodeSafetensors(bytes)
    if (E.isLeft(stored)) throw stored.left
    expect([...stored.right.metadata]).toEqual([['sizes', '2-5-3']])
    expect(new Set([...stored.right.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set([B.dtype === 'float64' ? 'F64' : 'F32']))
    expect(await saveParameters(B, loaded.right, { sizes: '2-5-3' })).toEqual(bytes)
  })
})

const B = cpu()

/** A file of the layout of PyTorch's nn.Sequential(Linear(2, 1), …): y = x₁ + 10 x₂ + 100. */
const sequential = (names: readonly string[], data: readonly (readonly number[])[], shapes: readonly (readonly number[])[]): Uint8Array =>
  encodeSafetensors(names.map((name, k) => [name, { shape: shapes[k] ?? [], data: Float32Array.from(data[k] ?? []) }] as const))

describe('the layout', () => {
  it("is that of PyTorch's nn.Sequential: modules counted with their activations, weights [outputs, inputs]", async () => {
    const parameters = [
      { weight: B.tensor([1, 2, 3, 4, 5, 6], [2, 3]), bias: B.tensor([7, 8, 9], [3]) },
      { weight: B.tensor([1, 2, 3], [3, 1]), bias: B.tensor([4], [1]) },
    ]
    const stored = decodeSafetensors(await saveParameters(B, parameters))
    if (E.isLeft(stored)) throw stored.left
    const found = [...stored.right.tensors].map(([name, { shape, data }]) => [name, shape, [...(data as Float64Array)]])
    expect(found.sort()).toEqual([
      ['0.bias', [3], [7, 8, 9]],
      ['0.weight', [3, 2], [1, 4, 2, 5, 3, 6]],
      ['2.bias', [1], [4]],
      ['2.weight', [1, 3], [1, 2, 3]],
    ])
  })

  it('is read with any numbers in order, and with a prefix among other tensors', async () => {
    const network = mlp([2, 1])
    for (const [name, prefix] of [
      ['7', ''],
      ['layers.0', 'layers.'],
    ] as const) {
      const others: [string[], number[][], number[][]] = prefix === '' ? [[], [], []] : [['mean'], [[1]], [[1]]]
      const bytes = sequential(
        [`${name}.weight`, `${name}.bias`, ...others[0]],
        [[1, 10], [100], ...others[1]],
        [[1, 2], [1], ...others[2]],
      )
      const loaded = loadParameters(B, network, bytes, { prefix })
      if (E.isLeft(loaded)) throw loaded.left
      expect([...(await B.read(network.apply(B)(loaded.right, B.tensor([2, 3], [1, 2]))))]).toEqual([132])
    }
    expect((await saveParameters(B, network.initialise(B, key(1)), {}, { prefix: 'layers.' })).length).toBeGreaterThan(0)
  })

  it('keeps layers in order past the tenth', async () => {
    const deep = mlp([1, ...new Array<number>(11).fill(2), 1])
    const parameters = deep.initialise(B, key(3))
    const loaded = loadParameters(B, deep, await saveParameters(B, parameters))
    if (E.isLeft(loaded)) throw loaded.left
    const x = B.tensor([0.3], [1, 1])
    expect(await B.read(deep.apply(B)(loaded.right, x))).toEqual(await B.read(deep.apply(B)(parameters, x)))
  })
})

describe('refusals', () => {
  const shapes = [[1, 2], [1]]
  it.each<[string, Uint8Array, RegExp]>([
    ['a file that is not valid', new Uint8Array(3), /3 bytes/],
    ['too few layers', encodeSafetensors([]), /0 layers.*2–1, which has 1/],
    ['a missing bias', sequential(['0.weight'], [[1, 2]], [[1, 2]]), /"0.bias": it is missing/],
    [
      'a tensor that is no layer',
      sequential(['0.weight', '0.bias', 'mean'], [[1, 2], [1], [1]], [...shapes, [1]]),
      /"mean" belongs to no layer/,
    ],
    ['a number written in two ways', sequential(['0.weight', '00.bias'], [[1, 2], [1]], shapes), /"00.bias" belongs to no layer/],
    [
      'a weight that is not transposed',
      sequential(['0.weight', '0.bias'], [[1, 2], [1]], [[2, 1], [1]]),
      /\[2, 1\] where .* has \[1, 2\], outputs first/,
    ],
    ['a NaN', sequential(['0.weight', '0.bias'], [[1, Number.NaN], [1]], shapes), /"0.weight": a number is NaN/],
  ])('%s', (_, bytes, text) => {
    const before = B.liveTensors()
    const loaded = loadParameters(B, mlp([2, 1]), bytes)
    if (E.isRight(loaded)) throw new Error('the file was accepted')
    expect(loaded.left._tag).toBe('InvalidModel')
    expect(loaded.left.message).toMatch(text)
    expect(B.liveTensors()).toBe(before)
  })

  it('integers in place of floats', () => {
    const text = '{"0.bias":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"0.weight":{"dtype":"U8","shape":[1,2],"data_offsets":[1,3]}}'
    const bytes = new Uint8Array(8 + text.length + 3)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
    bytes.set(new TextEncoder().encode(text), 8)
    const loaded = loadParameters(B, mlp([2, 1]), bytes)
    expect(E.isLeft(loaded) && loaded.left.message).toMatch(/dtype U8, which is not of floats/)
  })

  it('saving what is not finite', async () => {
    await expect(saveParameters(B, [{ weight: B.tensor([1, Number.NaN], [2, 1]), bias: B.full([1], 0) }])).rejects.toMatchObject({
      _tag: 'NotFinite',
      where: 'saveParameters, layer 0',
    })
  })
})
