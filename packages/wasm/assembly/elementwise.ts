// Elementwise operations.
export * from './elementwise-unary'
export * from './elementwise-binary'
export * from './elementwise-where'
