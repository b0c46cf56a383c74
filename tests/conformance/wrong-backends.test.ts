import { type Cloud, forEachTensor, type NoiseLevel, type Operations, untyped } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { backendConformance, LawBroken } from '@tweedie/testing'
import { describe, expect, test } from 'vitest'

type Ops = Operations<CpuTensor>

/** cpu with something wrong. Arrays of numbers are read from its storage: results of these operations are contiguous. */
const broken = (change: (P: Ops) => Partial<Ops>, dtype: 'float64' | 'float32' = 'float64') => {
  const P = untyped(cpu({ dtype }))
  return { ...P, name: 'broken', ...change(P) } as unknown as ReturnType<typeof cpu>
}

/** What the law of that name says of a backend. Tolerances are far above rounding: what is caught is wrong, not inexact. */
const verdict = async (backend: ReturnType<typeof cpu>, name: string): Promise<LawBroken | 'holds'> => {
  const { laws } = backendConformance(() => backend, { tolerances: { default: { ulp: 100 } } })
  const law = laws.find((each) => each.name === name)
  if (law === undefined) throw new Error(`there is no law ${name}`)
  return law.check({ seed: 5, runs: 100 }).then(
    () => 'holds' as const,
    (error: unknown) => error as LawBroken,
  )
}

const agrees = (operation: string): string => `${operation} agrees with its definition`
const VIEWS = 'views are operands like any other'

let calls = 0

const faults: readonly (readonly [fault: string, law: string, backend: ReturnType<typeof cpu>])[] = [
  ['sub is reversed', agrees('sub'), broken((P) => ({ sub: (a, b) => P.sub(b, a) }))],
  [
    'sum drops the last element',
    agrees('sum'),
    broken((P) => ({
      sum: (x, axis, keepDims) => {
        const size = axis === undefined ? 0 : (P.shape(x).at(axis) ?? 0)
        return axis === undefined || size < 2
          ? P.sum(x, axis, keepDims)
          : P.scope(() => P.sum(P.slice(x, axis, 0, size - 1), axis, keepDims))
      },
    })),
  ],
  [
    'max does not see NaN',
    agrees('max'),
    broken((P) => ({
      max: (x, axis, keepDims) => P.scope(() => P.max(P.where(P.equal(x, x), x, Number.NEGATIVE_INFINITY), axis, keepDims)),
    })),
  ],
  [
    'transpose of a matrix keeps the order of its numbers',
    agrees('transpose'),
    broken((P) => ({ transpose: (x) => P.reshape(x, [...P.shape(x)].reverse()) })),
  ],
  [
    'scatterRows overwrites instead of adding',
    agrees('scatterRows'),
    broken((P) => ({
      scatterRows: (x, indices, rows) => {
        const last = Array.from(indices).map((i, k) => (Array.from(indices).lastIndexOf(i) === k ? 1 : 0))
        const column = [
          last.length,
          ...P.shape(x)
            .slice(1)
            .map(() => 1),
        ]
        if (P.shape(x)[0] !== last.length) return P.scatterRows(x, indices, rows)
        return P.scope(() => P.scatterRows(P.where(P.tensor(last, column), x, 0), indices, rows))
      },
    })),
  ],
  [
    'a float32 posterior mean expands |x − y|²',
    agrees('posteriorMean'),
    broken(
      (P) => ({
        posteriorMean: (x: CpuTensor, cloud: Cloud<CpuTensor>, level: NoiseLevel) =>
          P.scope(() => {
            const y = P.mul(cloud.points, level.alpha)
            const squares = P.add(P.sum(P.square(x), 1, true), P.transpose(P.sum(P.square(y), 1, true)))
            const distances = P.sub(squares, P.mul(P.matMul(x, P.transpose(y)), 2))
            const logits = P.mul(distances, -0.5 / (level.sigma * level.sigma))
            return P.softmaxExpectation(P.add(logits, cloud.logWeights ?? 0), cloud.points)
          }),
      }),
      'float32',
    ),
  ],
  [
    'a kernel does not look at the log-weights',
    agrees('posteriorMoments'),
    broken((P) => ({ posteriorMoments: (x, cloud, level) => P.posteriorMoments(x, { points: cloud.points }, level) })),
  ],
  [
    'a scope frees nothing',
    'a scope frees what it made but what its result holds, which belongs to the scope around it',
    broken(() => ({ scope: (body) => body() })),
  ],
  ['free does nothing', 'liveTensors counts what is made and what is freed', broken(() => ({ free: () => {} }))],
  [
    'a scope frees what it returns too',
    'a scope frees what it made but what its result holds, which belongs to the scope around it',
    broken((P) => ({
      scope: (body) => {
        const result = P.scope(body)
        forEachTensor(result, P.isTensor, P.free)
        return result
      },
    })),
  ],
  [
    'neg writes into its operand',
    'an operation leaves its operands alone',
    broken((P) => ({
      neg: (x) => {
        const result = P.neg(x)
        if (x.data.length > 0) x.data[0] = 0
        return result
      },
    })),
  ],
  ['exp is off by 1e-6', agrees('exp'), broken((P) => ({ exp: (x) => P.scope(() => P.mul(P.exp(x), 1 + 1e-6)) }))],
  [
    'tanh is not the same twice',
    'the same call gives the same bits',
    broken((P) => ({ tanh: (x) => P.scope(() => P.mul(P.tanh(x), calls++ % 2 === 0 ? 1 : 1 + 2e-16)) })),
  ],
  [
    'abs takes views for contiguous',
    VIEWS,
    broken((P) => ({ abs: (x) => P.scope(() => P.abs(P.tensor(Array.from(x.data.slice(0, x.size)), P.shape(x)))) })),
  ],
  [
    'square leaves a tensor behind',
    'an operation leaves its result and nothing else',
    broken((P) => ({
      square: (x) => {
        P.full([1], 0)
        return P.square(x)
      },
    })),
  ],
  [
    'normal depends on the shape',
    agrees('normal'),
    broken((P) => ({ normal: (key, shape, first) => P.normal(key, shape, (first ?? 0) + shape.length) })),
  ],
  [
    'posteriorMean divides by a noise of 0',
    'what is wrong is refused, by the name of the operation',
    broken((P) => ({
      posteriorMean: (x, cloud, { alpha, sigma }) => P.posteriorMean(x, cloud, { alpha, sigma: sigma === 0 ? 1e-9 : sigma }),
    })),
  ],
  [
    'an error names another operation',
    'what is wrong is refused, by the name of the operation',
    broken((P) => ({ softmaxExpectation: (logits, values) => P.matMul(logits, values) })),
  ],
]

describe('the suite catches', () => {
  test.each(faults)('%s', async (_, law, backend) => {
    const found = await verdict(backend, law)
    expect(found).toBeInstanceOf(LawBroken)
    expect(found).toMatchObject({ law })
  })

  test('and says how to see it again', async () => {
    const backend = broken((P) => ({ sqrt: (x) => P.scope(() => P.mul(P.sqrt(x), 2)) }))
    const { laws } = backendConformance(() => backend, { tolerances: { default: { ulp: 100 } } })
    const law = laws.find((each) => each.name === VIEWS)
    const first = (await law?.check({ seed: 5 }).catch((error: unknown) => error)) as LawBroken
    expect(first.path).toMatch(/^sqrt\/\d/)
    const again = await law?.check({ seed: 5, path: first.path }).catch((error: unknown) => error)
    expect(again).toMatchObject({ message: expect.stringContaining(first.message.slice(0, 150)) as unknown })
  })

  test('a tolerance that is declared too small', async () => {
    const { laws } = backendConformance(cpu, { tolerances: { default: { ulp: 100 }, erf: { ulp: 0 }, tanh: { ulp: 0 } } })
    const failing = async (name: string): Promise<unknown> =>
      laws
        .find((law) => law.name === agrees(name))
        ?.check({ seed: 1, runs: 300 })
        .catch((error: unknown) => error)
    expect(String(await failing('erf'))).toMatch(/element \d+ of erf is .* ulp of .*, declared 0 ulp/)
    expect(await failing('tanh')).toBeUndefined()
  })

  test('a checked backend that is not checked', async () => {
    const { laws } = backendConformance(cpu, { tolerances: { default: { ulp: 100 } }, nonFinite: 'refused' })
    const messages: string[] = []
    for (const law of laws.filter(({ name }) => name === agrees('log') || name.startsWith('what is wrong')))
      await law.check({ seed: 1, runs: 100 }).catch((error: unknown) => messages.push(String(error)))
    expect(messages).toEqual([expect.stringContaining('log is not finite and does not refuse'), expect.stringContaining('not NotFinite')])
  })
})
