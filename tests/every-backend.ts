import { type Backend, checked, counted } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff } from '@tweedie/nn'
import { type WasmBackend, type WasmOptions, wasm } from '@tweedie/wasm'

/** A backend, and where it can be told how many bytes its tensors hold. */
export type Measured<N> = Backend<N> & { readonly bytes?: () => number }

/** What is done with a backend, whatever its tensors are. */
export type WithBackend = <N>(name: string, make: () => Measured<N>) => void

/** Every backend and transformer of the library, alone and stacked. A test that holds for one holds for all. */
export const everyBackend = (use: WithBackend): void => {
  use('cpu', () => cpu())
  use('cpu in float32', () => cpu({ dtype: 'float32' }))
  use('autodiff(cpu)', () => autodiff(cpu()))
  use('checked(cpu)', () => checked(cpu()))
  use('checked(cpu without a look at its numbers)', () => checked(device()))
  use('counted(cpu)', () => counted(cpu()))
  use('checked(autodiff(counted(cpu)))', () => checked(autodiff(counted(cpu()))))
  use('counted(autodiff(autodiff(checked(cpu))))', () => counted(autodiff(autodiff(checked(cpu())))))
  use(
    'wasm',
    onWasm((B) => B),
  )
  use(
    'wasm in float64',
    onWasm((B) => B, { dtype: 'float64' }),
  )
  use('autodiff(wasm)', onWasm(autodiff))
  use('checked(wasm)', onWasm(checked))
  use(
    'counted(autodiff(wasm))',
    onWasm((B) => counted(autodiff(B))),
  )
}

/** What is made of a wasm backend, with the bytes that it holds. */
const onWasm =
  <N>(over: (B: WasmBackend) => Backend<N>, options: WasmOptions = {}) =>
  (): Measured<N> => {
    const B = wasm(options)
    return { ...over(B), bytes: () => B.describe().memoryBytes }
  }

/** The cpu as a device is: what it computes can be read, but not looked at at once. */
const device = (): Backend<CpuTensor> => {
  const { allFinite: _, ...rest } = cpu()
  return rest
}
