import { type TweedieError, tweedieError } from '@tweedie/core'

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

/** The error that names the first leaf that is no tensor. Trees are walked at every step of a training, so places are looked for only here. */
const notATensor = <N>(where: string, isTensor: (value: unknown) => value is N, tree: unknown): TweedieError => {
  const find = (value: unknown, path: string): readonly [path: string, leaf: unknown] | undefined => {
    if (isTensor(value)) return undefined
    if (!Array.isArray(value) && !isPlainObject(value)) return [path, value]
    for (const [name, item] of Object.entries(value)) {
      const found = find(item, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  const [path, leaf] = find(tree, '') ?? ['', tree]
  return tweedieError(
    'InvalidArgument',
    path === '' ? where : `${where}, ${path}`,
    `${describe(leaf)} where a tensor is needed`,
    'Pass tensors of the backend, in arrays and plain objects; make a tensor of a number with tensor([number], [])',
  )
}

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
  const walk = (value: unknown): unknown => {
    if (isTensor(value)) return f(value, count++)
    if (Array.isArray(value)) return value.map(walk)
    if (!isPlainObject(value)) throw notATensor(where, isTensor, tree)
    const entries: [string, unknown][] = Object.entries(value)
    for (const entry of entries) entry[1] = walk(entry[1])
    return Object.fromEntries(entries)
  }
  return walk(tree)
}

/** The tensors of a tree, in its order. Throws as `mapTree` does. */
export const leavesOf = <N>(where: string, isTensor: (value: unknown) => value is N, tree: unknown): N[] => {
  const leaves: N[] = []
  const walk = (value: unknown): void => {
    if (isTensor(value)) leaves.push(value)
    else if (Array.isArray(value)) value.forEach(walk)
    else if (isPlainObject(value)) for (const name of Object.keys(value)) walk(value[name])
    else throw notATensor(where, isTensor, tree)
  }
  walk(tree)
  return leaves
}
