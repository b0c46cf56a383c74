// A way to the posterior mean on WebGL or WebGPU in headless Chromium.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { asked } from '../harness/machine.mjs'

const executablePath = asked('sh', '-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome')
if (!executablePath) {
  console.error('Error: there is no chromium')
  process.exit(1)
}
const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
// tsup brings esbuild.
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild')
const { outputFiles } = await esbuild.build({
  entryPoints: [new URL('./gpu-page.mjs', import.meta.url).pathname],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
})
const files = {
  '/page.js': ['text/javascript', outputFiles[0].text],
  '/x': ['application/octet-stream', readFileSync(job.arrays.x)],
  '/y': ['application/octet-stream', readFileSync(job.arrays.y)],
}
const server = createServer(({ url }, response) => {
  const [type, body] = files[url] ?? ['text/html', '<!doctype html><title>Benchmark</title><script type="module" src="/page.js"></script>']
  response.setHeader('Content-Type', type)
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  response.end(body)
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
// Chromium in headless mode finds no graphics processor on most machines: its software one is asked for, unless the hardware is.
const software = process.env.BENCH_ADAPTER === 'hardware' ? [] : ['--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']
const browser = await chromium.launch({
  executablePath,
  args: [
    ...[
      '--headless=new',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
    ],
    ...['--disable-sync', '--enable-unsafe-webgpu', ...software],
  ],
})
// A browser outlives the process that is killed, so it is closed here, before that.
const late = setTimeout(async () => {
  console.error(`Error: not done in ${job.seconds} s`)
  await browser.close()
  process.exit(1)
}, 1000 * job.seconds)
try {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction('typeof measure === "function"')
  const outcome = await page.evaluate((settings) => globalThis.measure(settings), job)
  const { name, adapter, ...rest } = outcome
  console.log(JSON.stringify({ ...rest, name: `${name} (Chromium ${browser.version()}, ${adapter})` }))
} finally {
  clearTimeout(late)
  await browser.close()
  server.close()
}
