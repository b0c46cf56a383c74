/** True for the `architecture` of an adapter that is a program on the processor. */
export const isSoftwareArchitecture = (architecture: string): boolean => /swiftshader|llvmpipe|lavapipe|warp/i.test(architecture)
