import type { Operations } from '@tweedie/core'
import fc from 'fast-check'
import type { Call } from './definitions.js'
import { at, build, HostTensor, indicesOf, type Layout, laidOut } from './host-tensor.js'
import { mapTensors, tensorsIn } from './tensors.js'

const transposed = (x: HostTensor): HostTensor => build([...x.shape].reverse(), (index) => at(x, [...index].reverse()))

/** One number in front of every row and one behind, which a slice must leave out. */
const padded = (x: HostTensor): HostTensor => {
  const width = x.shape.at(-1) as number
  const shape = [...x.shape.slice(0, -1), width + 2]
  const inside = (index: readonly number[]): boolean => index.at(-1) !== 0 && index.at(-1) !== width + 1
  let next = 0
  return new HostTensor(
    shape,
    indicesOf(shape).map((index) => (inside(index) ? (x.data[next++] as number) : 777)),
  )
}

/** A tensor of the backend with these numbers, in the layout that they ask for. */
export const put = <N>(P: Operations<N>, x: HostTensor): N => {
  const rows = x.shape[0]
  if (rows === undefined || rows === 0 || x.layout === 'plain') return P.tensor(x.data, x.shape)
  const last = x.shape.length - 1
  const turned = (each: HostTensor): N => {
    const other = transposed(each)
    return P.transpose(P.tensor(other.data, other.shape))
  }
  const sliced = (whole: N): N => P.slice(whole, last, 1, 1 + (x.shape[last] as number))
  const wide = padded(x)
  switch (x.layout) {
    case 'transposed':
      return turned(x)
    case 'sliced':
      return sliced(P.tensor(wide.data, wide.shape))
    case 'sliced from transposed':
      return sliced(turned(wide))
    case 'stretched':
      return P.broadcastTo(P.tensor(x.data.slice(0, x.data.length / rows), x.shape.slice(1)), x.shape)
  }
}

const layouts = fc.constantFrom<Layout>('plain', 'transposed', 'sliced', 'stretched', 'sliced from transposed')

/** The same call on operands that are views. */
export const onViews = (calls: fc.Arbitrary<Call>): fc.Arbitrary<Call> =>
  calls.chain((call) => {
    const count = tensorsIn(call.operands).length
    return fc.array(layouts, { minLength: count, maxLength: count }).map((chosen) => {
      let next = 0
      const operands = mapTensors(call.operands, (tensor) => laidOut(tensor, chosen[next++] as Layout)) as readonly unknown[]
      return { operation: call.operation, operands }
    })
  })
