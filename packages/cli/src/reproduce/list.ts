/** The experiments that `tweedie reproduce` knows, in the paper's order. */
export { reproductions } from '@tweedie/cem'
