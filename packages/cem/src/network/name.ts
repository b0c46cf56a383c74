import type { Network } from '@tweedie/nn'

/** How a network names itself: 'raw net 3-64-64-2 tanh'. */
export const describe = (kind: string, { sizes, activation }: Network, ...parts: readonly string[]): string =>
  [`${kind} ${sizes.join('-')} ${activation}`, ...parts].join(', ')
