import { tweedieError } from '@tweedie/core'

/**
 * Trees: a tensor, or an array or plain object of trees. Parameters, gradients and the state of an optimiser are trees.
 */

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** What a leaf that is no tensor is, in the words of a message. */
const describe = (value: unknown): string =>
  typeof value === 'number'
    ? `the number ${value}`
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'an object of another kind'
        : typeof value

/**
 * The tree with each tensor replaced by `f(tensor, index)`, tensors counted from 0 in the order of the tree. Throws `InvalidArgument`,
 * naming the place, where a leaf is not a tensor.
 */
export const mapTree = <N, M>(
  where: string,
  isTensor: (value: unknown) => value is N,
  tree: unknown,
  f: (tensor: N, index: number) => M,
): unknown => {
  let count = 0
  const walk = (value: unknown, path: string): unknown => {
    if (isTensor(value)) return f(value, count++)
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`))
    if (isPlainObject(value))
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, path === '' ? name : `${path}.${name}`)]))
    throw tweedieError(
      'InvalidArgument',
      path === '' ? where : `${where}, ${path}`,
      `${describe(value)} where a tensor is needed`,
      'Pass tensors of the backend, in arrays and plain objects; make a tensor of a number with tensor([number], [])',
    )
  }
  return walk(tree, '')
}

/** The tensors of a tree, in its order. */
export const leavesOf = <N>(where: string, isTensor: (value: unknown) => value is N, tree: unknown): N[] => {
  const leaves: N[] = []
  mapTree(where, isTensor, tree, (tensor) => leaves.push(tensor))
  return leaves
}
