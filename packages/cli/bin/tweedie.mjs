#!/usr/bin/env node
// The command is built into ../dist. This file is committed, so that installing can link it before there is a build.
import { existsSync } from 'node:fs'

const built = new URL('../dist/index.js', import.meta.url)
if (existsSync(built)) {
  const { main } = await import(built.href)
  process.exitCode = await main(process.argv.slice(2))
} else {
  console.error('tweedie is not built yet: run npm run build first')
  process.exitCode = 2
}
