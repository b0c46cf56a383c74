import { fromRows, isTweedieError, key, linear, ornsteinUhlenbeck, timeGrid } from '@tweedie/core'
import { adam, constant, mlp, train } from '@tweedie/nn'
import { ddim, dpmSolver2M, heun, odeTerm, probabilityFlow, solve, type Term } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import type { TfTensor } from '@tweedie/tfjs-gpu'
import type { Opened, Program } from '../session/opened.js'

/** What TensorFlow.js and the backend say is there. */
export interface Snapshot {
  readonly numTensors: number
  readonly numBytes: number
  readonly liveTensors: number
}

/** Before and after a piece of work that is to leave nothing. */
export interface Around {
  readonly before: Snapshot
  readonly after: Snapshot
  /** The most between the steps, where there are steps. */
  readonly most?: number
  /** The error that the work ended with, where it was to fail. */
  readonly error?: string
}

const snapshot = ({ tf, B }: Opened): Snapshot => {
  const { numTensors, numBytes } = tf.memory()
  return { numTensors, numBytes, liveTensors: B.liveTensors() }
}

/** Runs a piece of work in small, so that what is made once for all is there, and looks around when it runs in full. */
const around =
  (work: (opened: Opened, size: 'small' | 'full') => Promise<{ readonly most: number } | undefined>): Program<null, Around> =>
  async (opened) => {
    const attempt = (size: 'small' | 'full') =>
      work(opened, size).then(
        (outcome) => outcome ?? {},
        (error: unknown) => ({ error: isTweedieError(error) ? error._tag : String(error) }),
      )
    await attempt('small')
    const before = snapshot(opened)
    const outcome = await attempt('full')
    return { before, after: snapshot(opened), ...outcome }
  }

const process = ornsteinUhlenbeck()
const cloud = fromRows([
  [0, 1],
  [2, -1],
  [0, 1],
])

interface Flow {
  readonly term: Term<TfTensor>
  readonly initial: TfTensor
  readonly free: () => void
}

const flowOf = ({ B }: Opened, seed = 1): Flow => {
  const denoise = pointCloud(B, cloud)(process)
  const initial = B.normal(key(seed), [5, 2])
  const free = () => {
    denoise.free()
    B.free(initial)
  }
  return { term: probabilityFlow(B, process, denoise), initial, free }
}

const grid = (steps: number) => linear(process, steps, { stop: 1e-2 })

const trained = ({ B }: Opened, steps: number, options: { signal?: AbortSignal; onStep?: (step: number) => void } = {}) => {
  const inputs = B.normal(key(1), [20, 2])
  const targets = B.scope(() => B.mul(B.sum(inputs, 1, true), 0.5))
  return train(B, {
    network: mlp([2, 3, 1], { activation: 'silu' }),
    inputs,
    targets,
    optimiser: adam({ rate: constant(1e-2) }),
    steps,
    batch: 8,
    validateEvery: 10,
    key: key(2),
    ...(options.signal && { signal: options.signal }),
    onProgress: ({ step }) => options.onStep?.(step),
  })
    .then(({ parameters }) => parameters.forEach(({ weight, bias }) => [weight, bias].forEach((x) => B.free(x))))
    .finally(() => [inputs, targets].forEach((x) => B.free(x)))
}

export const memoryPrograms = {
  'a thousand steps of solvers leave nothing': around(async (opened, size) => {
    const { term, initial, free } = flowOf(opened)
    const before = opened.B.liveTensors()
    let most = 0
    try {
      for (let k = 0; k < (size === 'full' ? 10 : 2); k++) {
        const solver = k % 2 === 0 ? ddim : dpmSolver2M
        const onProgress = () => {
          most = Math.max(most, opened.B.liveTensors() - before)
        }
        const { x } = await solve(opened.B, term, { initial, grid: grid(100), solver, onProgress })
        opened.B.free(x)
      }
    } finally {
      free()
    }
    return { most }
  }),

  'a thousand steps of training leave nothing': around(async (opened, size) => {
    const before = opened.B.liveTensors()
    let most = 0
    await trained(opened, size === 'full' ? 1000 : 20, {
      onStep: () => {
        most = Math.max(most, opened.B.liveTensors() - before)
      },
    })
    return { most }
  }),

  'scopes and tidies within each other free what they made': around(async ({ tf, B }) => {
    const x = B.normal(key(3), [4, 2])
    const kept = tf.tidy(() => {
      const inside = B.scope(() => {
        const y = tf.tidy(() => tf.add(B.mul(x, 2), tf.mul(B.exp(x), 3)))
        return { y, mean: B.posteriorMean(x, { points: x }, { alpha: 1, sigma: 1 }) }
      })
      return [B.add(inside.y, inside.mean), tf.keep(B.neg(inside.y))]
    })
    const left = B.scope(() => tf.tidy(() => [tf.square(kept[0]!), B.square(x)]))
    for (const each of [x, ...kept, ...left]) B.free(each)
    return undefined
  }),

  'an error in the middle of a solve leaves nothing': around(async (opened) => {
    const { term, initial, free } = flowOf(opened)
    let calls = 0
    const failing: Term<TfTensor> = {
      ...term,
      nonlinear: (x, t, ...rest) => {
        const made = term.nonlinear(x, t, ...rest)
        if (++calls > 12) throw new Error('the field has had enough')
        return made
      },
    }
    await solve(opened.B, failing, { initial, grid: grid(50), solver: heun }).finally(free)
    return undefined
  }),

  'numbers that are no longer finite leave nothing': around(async ({ B }) => {
    const initial = B.full([3, 2], 1)
    const blowUp = odeTerm(B, (x) => B.mul(B.square(x), 1e30))
    await solve(B, blowUp, { initial, grid: timeGrid([4, 3, 2, 1, 0]), solver: heun }).finally(() => B.free(initial))
    return undefined
  }),

  'a solve that is cancelled leaves nothing': around(async (opened) => {
    const { term, initial, free } = flowOf(opened)
    const controller = new AbortController()
    const onProgress = ({ step }: { step: number }) => step === 7 && controller.abort()
    await solve(opened.B, term, { initial, grid: grid(50), solver: dpmSolver2M, signal: controller.signal, onProgress }).finally(free)
    return undefined
  }),

  'training that is cancelled leaves nothing': around(async (opened) => {
    const controller = new AbortController()
    await trained(opened, 200, { signal: controller.signal, onStep: (step) => step >= 20 && controller.abort() })
    return undefined
  }),

  /** Solves and a training at once: the numbers are those of each alone. */
  'jobs at once leave nothing and do not disturb each other': around(async (opened) => {
    const { B } = opened
    const flows = [flowOf(opened, 5), flowOf(opened, 6)]
    const run = async ({ term, initial }: Flow) => {
      const { x } = await solve(B, term, { initial, grid: grid(30), solver: heun, checkEvery: 1 })
      const numbers = Array.from(await B.read(x))
      B.free(x)
      return numbers
    }
    try {
      const alone = [await run(flows[0]!), await run(flows[1]!)]
      const [first, second] = await Promise.all([run(flows[0]!), run(flows[1]!), trained(opened, 30)])
      if (JSON.stringify([first, second]) !== JSON.stringify(alone)) throw new Error('solves at once give other numbers than alone')
    } finally {
      flows.forEach(({ free }) => free())
    }
    return undefined
  }),
} satisfies Record<string, Program<null, Around>>

export type MemoryProgram = keyof typeof memoryPrograms
