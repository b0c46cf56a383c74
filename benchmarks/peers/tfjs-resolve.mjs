// TensorFlow.js publishes the gradients of its operations as ES modules whose imports have no extension: this hook finds them.
export const resolve = async (specifier, context, next) => {
  try {
    return await next(specifier, context)
  } catch (error) {
    if (!specifier.startsWith('.') || !context.parentURL?.includes('@tensorflow')) throw error
    return next(`${specifier}.js`, context).catch(() => next(`${specifier}/index.js`, context))
  }
}
