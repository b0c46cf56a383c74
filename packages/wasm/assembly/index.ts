// Everything that the module exports. Names end in the type that they compute in.
export * from './memory'
export * from './fill'
export * from './transpose'
