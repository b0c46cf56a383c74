// The built packages, by their place: the comparison runs from a checkout.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (name) => new URL(`../../packages/${name}/dist/index.js`, import.meta.url)

export const isBuilt = (name) => existsSync(fileURLToPath(at(name)))
export const metricsPackage = () => import(at('metrics').href)
export const densityPackage = () => import(at('density').href)
