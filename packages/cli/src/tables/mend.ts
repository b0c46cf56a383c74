/** Options as a person would type them. */

/** `--drop name`, quoted for a shell when it needs to be. */
export const dropOption = (name: string): string =>
  `--drop ${/^[\w./:%+][\w./:%+-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`}`
