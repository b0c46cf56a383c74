// Bundles the page and serves it with its headers: `node playground/serve.mjs [--port 5180] [--host 127.0.0.1]`.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, preview } from 'vite'

const refuse = (what) => {
  console.error(`playground: ${what}. Give --port with a number from 1 to 65535, --host with an address, or nothing.`)
  process.exit(2)
}

const read = () => {
  try {
    const options = { port: { type: 'string', default: '5180' }, host: { type: 'string', default: '127.0.0.1' } }
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(error.message.split('. ')[0])
  }
}

const { port, host } = read()
const number = Number(port)
if (!Number.isInteger(number) || number < 1 || number > 65_535) refuse(`--port ${port}`)

const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url))
await build({ configFile, logLevel: 'warn' })
const server = await preview({ configFile, logLevel: 'warn', preview: { port: number, host } })
console.log(`The playground is at ${server.resolvedUrls.local[0] ?? server.resolvedUrls.network[0]}\nCtrl+C ends it.`)
