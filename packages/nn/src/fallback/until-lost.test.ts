import { key, tweedieError } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { mortal } from '../testing/mortal-backend.js'
import { untilLost } from './until-lost.js'

const lost = { _tag: 'DeviceLost', where: 'add' }

/** A backend that has died in an addition, with a tensor that was made before. */
const dead = () => {
  const below = mortal(cpu(), 1)
  const guard = untilLost(below)
  const x = guard.backend.full([2], 1)
  expect(guard.lost()).toBeUndefined()
  expect(() => guard.backend.add(x, x)).toThrow(expect.objectContaining(lost))
  return { ...guard, below, x }
}

describe('untilLost', () => {
  it('computes what the backend computes while its device is there, and has all that it has', async () => {
    const B = cpu()
    const { backend, lost: none } = untilLost({ ...B, more: 1 })
    const x = backend.scope(() => backend.add(backend.normal(key(1), [3]), 1))
    expect([...(await backend.read(x))]).toEqual([...(await B.read(B.add(B.normal(key(1), [3]), 1)))])
    expect([backend.more, backend.name, backend.allFinite?.(x), backend.liveTensors()]).toEqual([1, 'cpu', true, B.liveTensors()])
    backend.free(x)
    expect(none()).toBeUndefined()
  })

  it('passes other errors on, and stays alive', async () => {
    const { backend, lost: none } = untilLost(cpu())
    expect(() => backend.reshape(backend.full([2], 1) as never, [3])).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
    expect(() =>
      backend.scope(() => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    expect(none()).toBeUndefined()
    const broken = untilLost({
      ...cpu(),
      free: (_: CpuTensor): void => {
        throw new Error('a fault of the backend')
      },
    })
    expect(() => broken.backend.free(broken.backend.full([1], 0))).toThrow('a fault of the backend')
  })

  it('throws the loss from every operation, scope and read after it, whatever the dead backend throws', async () => {
    const { backend, below, x, lost: first } = dead()
    expect(() => below.neg(x)).toThrow(TypeError)
    for (const again of [() => backend.neg(x), () => backend.full([1], 0), () => backend.scope(() => 1)])
      expect(again).toThrow(first() as Error)
    await expect(backend.read(x)).rejects.toBe(first())
  })

  it('frees in silence after the loss, also where freeing is what tells of it', () => {
    const { backend, below, x } = dead()
    expect(() => below.free(x)).toThrow(TypeError)
    backend.free(x)
    const telling = untilLost({
      ...cpu(),
      free: (_: CpuTensor): void => {
        throw tweedieError('DeviceLost', 'free', 'the device is gone', 'Go on elsewhere')
      },
    })
    telling.backend.free(telling.backend.full([1], 0))
    expect(telling.lost()?.where).toBe('free')
  })

  it('tells the loss from a scope in which it happened, not what leaving the scope throws, nor what the body makes of it', () => {
    const inScope = (body: (run: () => unknown) => unknown) => {
      const { backend, lost: first } = untilLost(mortal(cpu(), 1))
      const outcome = () =>
        backend.scope(() => {
          const x = backend.full([2], 1)
          return body(() => backend.exp(x))
        })
      expect(outcome).toThrow(expect.objectContaining({ _tag: 'DeviceLost', where: 'exp' }))
      expect(first()?.where).toBe('exp')
    }
    inScope((run) => run())
    inScope((run) => {
      try {
        return run()
      } catch {
        throw new Error('could not compute')
      }
    })
    inScope((run) => {
      try {
        return run()
      } catch {
        return undefined
      }
    })
  })

  it('believes no read that was on its way when another told of the loss', async () => {
    let tell = (_: Error): void => {}
    const below = {
      ...cpu(),
      read: (x: { readonly shape: readonly number[] }): Promise<Float64Array> =>
        x.shape.length === 0
          ? new Promise<Float64Array>((_, reject) => {
              tell = reject
            })
          : new Promise((resolve) => setTimeout(() => resolve(new Float64Array(2)), 5)),
    }
    const { backend } = untilLost(below)
    const [slow, telling] = [backend.read(backend.full([2], 1)), backend.read(backend.full([], 1))]
    tell(tweedieError('DeviceLost', 'read', 'the device is gone', 'Go on elsewhere'))
    await expect(telling).rejects.toMatchObject({ _tag: 'DeviceLost' })
    await expect(slow).rejects.toMatchObject({ _tag: 'DeviceLost' })
  })
})
