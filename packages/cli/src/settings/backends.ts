import type { Backend } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { wasm } from '@tweedie/wasm'
import type { BackendName } from './names.js'

/** What computes, and on how many threads; all that the machine has when not given. */
export interface BackendChoice {
  readonly backend: BackendName
  readonly threads?: number
}

/** Runs a job on a backend and ends its threads, however the job ends. */
export const withBackend = async <R>({ backend, threads }: BackendChoice, job: <N>(B: Backend<N>) => Promise<R>): Promise<R> => {
  if (backend === 'cpu') return job(cpu())
  const B = wasm(threads === undefined ? {} : { threads })
  try {
    return await job(B)
  } finally {
    B.dispose()
  }
}
