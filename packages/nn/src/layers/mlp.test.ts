import { key } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanSquaredError } from '../loss.js'
import { hostNormal, type TensorFunction } from '../testing/central-difference.js'
import { expectGradient } from '../testing/expect-gradient.js'
import { linear } from './linear.js'
import { mlp } from './mlp.js'

const B = cpu()
const activation = fc.constantFrom('tanh' as const, 'relu' as const, 'silu' as const, 'gelu' as const, 'identity' as const)

describe('linear', () => {
  it('is activation(x · weight + bias)', async () => {
    const y = linear(2, 3, 'relu').apply(B)(
      { weight: B.tensor([1, -2, 3, 4, 5, -6], [2, 3]), bias: B.tensor([0.5, 0, -1], [3]) },
      B.tensor([1, 2, 0, -1], [2, 2]),
    )
    expect([...(await B.read(y))]).toEqual([9.5, 8, 0, 0, 0, 5])
  })

  it('starts tanh uniformly with variance 2/(inputs + outputs), relu normally with variance 2/inputs, and the bias at 0', async () => {
    const [inputs, outputs] = [200, 300]
    const count = inputs * outputs
    for (const [kind, variance, kurtosis] of [
      ['tanh', 2 / (inputs + outputs), 1.8],
      ['relu', 2 / inputs, 3],
    ] as const) {
      const { weight, bias } = linear(inputs, outputs, kind).initialise(B, key(9))
      const w = await B.read(weight)
      const moment = (power: number): number => w.reduce((sum, each) => sum + each ** power, 0) / count
      // Five standard errors of a mean, a variance and a fourth moment of 60,000 draws.
      expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(variance / count))
      expect(Math.abs(moment(2) / variance - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / count))
      expect(Math.abs(moment(4) / variance ** 2 - kurtosis)).toBeLessThan(5 * Math.sqrt(96 / count))
      expect((await B.read(bias)).every((each) => each === 0)).toBe(true)
    }
    const bound = Math.sqrt(6 / (inputs + outputs))
    expect((await B.read(linear(inputs, outputs, 'tanh').initialise(B, key(9)).weight)).every((each) => Math.abs(each) < bound)).toBe(true)
  })
})

describe('the first weights', () => {
  const sizes = fc.integer({ min: 12, max: 40 })

  it('of tanh and identity fill ±√(6/(inputs + outputs))', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        sizes,
        fc.constantFrom('tanh' as const, 'identity' as const),
        fc.nat(),
        async (inputs, outputs, kind, seed) => {
          const w = await B.read(linear(inputs, outputs, kind).initialise(B, key(seed)).weight)
          const bound = Math.sqrt(6 / (inputs + outputs))
          const largest = w.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
          expect(largest).toBeLessThan(bound)
          // All of at least 144 below 0.8 of the bound: 0.8^144 = 1e-14.
          expect(largest).toBeGreaterThan(0.8 * bound)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('of the others have variance 2/inputs', async () => {
    const kinds = fc.constantFrom('relu' as const, 'silu' as const, 'gelu' as const)
    await fc.assert(
      fc.asyncProperty(sizes, sizes, kinds, fc.nat(), async (inputs, outputs, kind, seed) => {
        const w = await B.read(linear(inputs, outputs, kind).initialise(B, key(seed)).weight)
        const variance = w.reduce((sum, each) => sum + each * each, 0) / w.length
        // Seven standard errors of the variance of that many normals, in 50 runs: wrong once in 1e9 or so.
        expect(Math.abs((variance * inputs) / 2 - 1)).toBeLessThan(7 * Math.sqrt(2 / w.length))
      }),
      { numRuns: 50 },
    )
  })

  it('of layers of one size are never the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 5 }), fc.nat(), async (width, layers, seed) => {
        const parameters = mlp(Array<number>(layers + 1).fill(width)).initialise(B, key(seed))
        const weights = await Promise.all(parameters.map(({ weight }) => B.read(weight)))
        expect(new Set(weights.map((w) => w.join())).size).toBe(layers)
      }),
      { numRuns: 30 },
    )
  })
})

describe('mlp', () => {
  it('is its layers in a row, the last with the output activation', async () => {
    const network = mlp([2, 5, 3], { activation: 'silu', outputActivation: 'tanh' })
    const parameters = network.initialise(B, key(1))
    const x = B.normal(key(2), [4, 2])
    const [first, second] = parameters
    if (first === undefined || second === undefined) throw new Error('two layers are expected')
    const byHand = B.affine(B.affine(x, first.weight, first.bias, 'silu'), second.weight, second.bias, 'tanh')
    expect(await B.read(network.apply(B)(parameters, x))).toEqual(await B.read(byHand))
  })

  it('is initialised by its key alone, each layer differently', async () => {
    const network = mlp([3, 3, 3])
    const read = async (seed: number) => Promise.all(network.initialise(B, key(seed)).map(({ weight }) => B.read(weight)))
    expect(await read(4)).toEqual(await read(4))
    expect(await read(4)).not.toEqual(await read(5))
    const [first, second] = await read(4)
    expect(first).not.toEqual(second)
  })

  it('frees everything but its result', () => {
    const network = mlp([2, 8, 8, 1])
    const parameters = network.initialise(B, key(1))
    const x = B.normal(key(2), [4, 2])
    const before = B.liveTensors()
    network.apply(B)(parameters, x)
    expect(B.liveTensors()).toBe(before + 1)
  })

  it('has gradients of its loss that agree with central differences', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }),
        activation,
        activation,
        fc.nat(1e6),
        async (sizes, inner, outer, seed) => {
          const network = mlp(sizes, { activation: inner, outputActivation: outer })
          const f: TensorFunction = (ops, [x, y, ...rest]) => {
            const parameters = sizes.slice(1).map((_, layer) => ({ weight: rest[2 * layer], bias: rest[2 * layer + 1] }))
            return meanSquaredError(ops as never)(network.apply(ops as never)(parameters as never, x as never), y as never) as never
          }
          const layers = sizes
            .slice(1)
            .flatMap((outputs, layer) => [
              hostNormal(seed + 2 * layer, [sizes[layer] as number, outputs]),
              hostNormal(seed + 2 * layer + 1, [outputs]),
            ])
          await expectGradient(f, [
            hostNormal(seed + 50, [3, sizes[0] as number]),
            hostNormal(seed + 51, [3, sizes.at(-1) as number]),
            ...layers,
          ])
        },
      ),
      { numRuns: 30, seed: 12 },
    )
  })

  it('refuses sizes, activations, inputs and parameters that do not fit', () => {
    for (const sizes of [[], [3], [3, 0], [3, 1.5, 2], [3, Number.NaN], [-1, 2]]) expect(() => mlp(sizes)).toThrow(/mlp/)
    expect(() => mlp([1, 2], { activation: 'sine' as never })).toThrow(/'sine'.*tanh/)
    const network = mlp([2, 3])
    const parameters = network.initialise(B, key(1))
    expect(() => network.apply(B)(parameters, B.full([4, 3], 0))).toThrow(/\[4, 3\].*\[any, 2\]/)
    expect(() => network.apply(B)([...parameters, ...parameters], B.full([4, 2], 0))).toThrow(/2 layers for a network of 1/)
    expect(() => network.apply(B)(mlp([2, 4]).initialise<CpuTensor>(B, key(1)), B.full([4, 2], 0))).toThrow(/weight.*\[2, 4\].*\[2, 3\]/)
  })
})
