import { type Backend, checked, counted } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff } from '@tweedie/nn'

/** What is done with a backend, whatever its tensors are. */
export type WithBackend = <N>(name: string, make: () => Backend<N>) => void

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
}

/** The cpu as a device is: what it computes can be read, but not looked at at once. */
const device = (): Backend<CpuTensor> => {
  const { allFinite: _, ...rest } = cpu()
  return rest
}
