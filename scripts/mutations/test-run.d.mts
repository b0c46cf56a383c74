interface Failure {
  readonly errors: readonly { readonly name?: string; readonly message: string; readonly cause?: string }[]
}

export const isProperty: (failure: Failure) => boolean
export const isBroken: (failure: Failure) => boolean
