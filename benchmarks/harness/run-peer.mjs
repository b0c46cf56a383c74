import { spawn } from 'node:child_process'

/** Runs a command with a job's path and gives what its last line of JSON says, or why there is none. */
export const runPeer = ({ command, args, env = {} }, path, seconds = 300) =>
  new Promise((done) => {
    const child = spawn(command, [...args, path], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * seconds)
    child.stdout.on('data', (text) => {
      out += text
    })
    child.stderr.on('data', (text) => {
      err += text
    })
    child.on('error', ({ message }) => done({ missing: message }))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const line = out.trim().split('\n').at(-1) ?? ''
      if (code === 0 && line.startsWith('{')) return done(JSON.parse(line))
      done({
        missing:
          signal === 'SIGKILL' ? `not done in ${seconds} s` : (err.split('\n').find((text) => /error/i.test(text)) ?? `status ${code}`),
      })
    })
  })
