import { type Backend, key, normalArray, tweedieError } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mlp } from '../layers/mlp.js'
import { type Life, mortal } from '../testing/mortal-backend.js'
import { strict } from '../testing/strict-backend.js'
import { adam } from '../training/optimiser.js'
import { storedParameters } from '../training/stored.js'
import { train } from '../training/train.js'
import type { TrainingState } from '../training/training-state.js'
import { type Checkpoint, type Fallback, withFallback } from './with-fallback.js'

const ROWS = 20
const STEPS = 6
const z = normalArray(key(1), 3 * ROWS)

/** A small training whose result is numbers. */
const job = async <N>(B: Backend<N>, checkpoint: Checkpoint, begun: (step: number) => void = () => {}) => {
  begun(checkpoint.last?.step ?? 0)
  const [inputs, targets] = [B.tensor(z.subarray(0, 2 * ROWS), [ROWS, 2]), B.tensor(z.subarray(2 * ROWS), [ROWS, 1])]
  try {
    const { parameters, history } = await train(B, {
      network: mlp([2, 3, 1]),
      inputs,
      targets,
      optimiser: adam({ rate: 0.1 }),
      steps: STEPS,
      batch: 5,
      key: key(2),
      validationFraction: 0.2,
      validateEvery: 2,
      resume: checkpoint.last,
      checkpointEvery: 1,
      onCheckpoint: checkpoint.keep,
    })
    return { history, numbers: (await storedParameters(B, ['it', parameters])).map(({ data }) => [...data]) }
  } finally {
    B.free(inputs)
    B.free(targets)
  }
}

const lost = (where: string) => tweedieError('DeviceLost', where, 'the device is gone', 'Go on elsewhere')
const throws = (error: unknown) => async (): Promise<never> => {
  throw error
}

describe('withFallback', () => {
  it('ends with the bits of an uninterrupted training, wherever the device is lost: at any operation, in a scope or a read', async () => {
    const long = mortal(cpu())
    const whole = await withFallback([() => long], (B, checkpoint) => job(B, checkpoint))
    const calls = long.calls()
    const deaths = new Set<string>()
    const goesOn = async (at: number): Promise<void> => {
      const device = mortal(cpu(), at)
      const [begun, kept, told]: [number[], number[], Fallback[]] = [[], [], []]
      const outcome = await withFallback(
        [() => device, () => strict()],
        (B, checkpoint) => job(B, checkpoint, (step) => begun.push(step)),
        { onFallback: (fallback) => told.push(fallback), onCheckpoint: ({ step }) => void kept.push(step) },
      )
      const { of, inScope } = (device as Life).death() as { of: string; inScope: boolean }
      deaths.add(`${of}${inScope ? ' in a scope' : ''}`)
      expect(outcome).toEqual(whole)
      expect(told).toMatchObject([{ place: 0, backend: 'mortal', error: { _tag: 'DeviceLost', where: of } }])
      // No step twice but the one that was lost, and none left out.
      expect(begun).toEqual([0, told[0]?.checkpoint?.step ?? 0])
      expect(kept).toEqual(Array.from({ length: STEPS }, (_, k) => k + 1))
    }
    await fc.assert(fc.asyncProperty(fc.nat(calls - 1), goesOn), { numRuns: 8 })
    // The first and the last call, and every other call of one step in the middle.
    for (const at of [0, calls - 1]) await goesOn(at)
    for (let at = Math.floor(calls / 2); at < Math.floor(calls / 2 + calls / STEPS); at += 2) await goesOn(at)
    for (const each of ['read', 'affine in a scope', 'matMul in a scope', 'adamUpdate in a scope', 'tensor']) expect(deaths).toContain(each)
  })

  it('gives up several devices one after the other', async () => {
    const whole = await withFallback([() => cpu()], (B, checkpoint) => job(B, checkpoint))
    const told: Fallback[] = []
    const outcome = await withFallback(
      [() => mortal(cpu(), 200), async () => mortal(cpu(), 150), throws(lost('there')) as () => Promise<Backend<CpuTensor>>, () => cpu()],
      (B, checkpoint) => job(B, checkpoint),
      { onFallback: (fallback) => told.push(fallback) },
    )
    expect(outcome).toEqual(whole)
    expect(told.map(({ place, backend }) => [place, backend])).toEqual([
      [0, 'mortal'],
      [1, 'mortal'],
      [2, undefined],
    ])
    const [first = 0, second = 0, third = 0] = told.map(({ checkpoint }) => checkpoint?.step)
    expect([first > 0, second > first, third === second]).toEqual([true, true, true])
  })

  it('begins with a checkpoint that it is given', async () => {
    const states: TrainingState[] = []
    const whole = await withFallback([() => cpu()], (B, checkpoint) => job(B, checkpoint), {
      onCheckpoint: (state) => void states.push(state),
    })
    const begun: number[] = []
    const rest = await withFallback([() => cpu()], (B, checkpoint) => job(B, checkpoint, (step) => begun.push(step)), { resume: states[3] })
    expect([rest, begun]).toEqual([whole, [4]])
  })

  it("throws the last backend's error as it is, and errors of other kinds at once", async () => {
    const [first, last] = [lost('first'), lost('last')]
    const errors = [first, last]
    await expect(withFallback([() => cpu(), () => cpu()], async () => Promise.reject(errors.shift()))).rejects.toBe(last)
    for (const error of [
      new Error('a fault of the job'),
      tweedieError('NotFinite', 'train', 'NaN', 'x'),
      tweedieError('Aborted', 'x', 'x', 'x'),
    ]) {
      let calls = 0
      const failing = async (): Promise<never> => {
        calls++
        throw error
      }
      await expect(withFallback([() => cpu(), () => cpu()], failing)).rejects.toBe(error)
      expect(calls).toBe(1)
      await expect(withFallback([throws(error) as () => Promise<Backend<CpuTensor>>, () => cpu()], async () => 1)).rejects.toBe(error)
    }
    await expect(withFallback([], async () => 1)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
  })

  it('goes on from other errors where it is asked to', async () => {
    const full = tweedieError('OutOfMemory', 'matMul', 'no room', 'Use less')
    const small = {
      ...cpu(),
      matMul: throws(full) as never,
      affine: () => {
        throw full
      },
    }
    const run = (on?: readonly ['OutOfMemory']) => withFallback([() => small, () => cpu()], (B, checkpoint) => job(B, checkpoint), { on })
    await expect(run()).rejects.toBe(full)
    expect((await run(['OutOfMemory'])).history).toHaveLength(3)
  })

  it('asks a backend whether its device is lost, where the job threw something else', async () => {
    const failing = (gone: Promise<unknown>) =>
      withFallback(
        [() => ({ ...cpu(), name: 'gone', lost: gone }), () => cpu()],
        async (B) => {
          if (B.name === 'gone') throw new TypeError('Buffer was unmapped')
          return B.name
        },
        { onFallback: ({ error }) => expect(error.where).toBe('the watch') },
      )
    expect(await failing(Promise.resolve(lost('the watch')))).toBe('cpu')
    await expect(failing(new Promise(() => {}))).rejects.toThrow('Buffer was unmapped')
    await expect(failing(Promise.resolve(undefined))).rejects.toThrow('Buffer was unmapped')
  })

  it('disposes of every backend when its job has ended, and of none before; an end that fails changes nothing', async () => {
    const events: string[] = []
    const ending = (name: string, end: () => unknown = () => {}) => ({
      ...cpu(),
      name,
      dispose: () => {
        events.push(`${name} ends`)
        return end()
      },
    })
    const jobs: Record<string, () => unknown> = { one: throws(lost('one')), two: throws(lost('two')), three: async () => 3 }
    const list = [
      () => ending('one', () => new Promise(() => {})),
      () => ending('two', throws(new Error('cannot end'))),
      () => ending('three', throws(new Error('cannot end'))),
    ]
    const outcome = await withFallback(list, async (B) => {
      events.push(B.name)
      return (jobs[B.name] as () => Promise<unknown>)()
    })
    expect(outcome).toBe(3)
    expect(events).toEqual(['one', 'one ends', 'two', 'two ends', 'three', 'three ends'])
  })

  it('keeps nothing of a job that has ended', async () => {
    const late: Checkpoint<string>[] = []
    const outcome = await withFallback([() => mortal(cpu(), 0), () => cpu()], async (B, checkpoint: Checkpoint<string>) => {
      late.push(checkpoint)
      await checkpoint.keep(`by ${B.name}`)
      B.full([1], 0)
      await late[0]?.keep('too late')
      return checkpoint.last
    })
    expect(outcome).toBe('by cpu')
  })
})
