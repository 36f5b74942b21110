import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url))

/**
 * Starts the server as a container would: a process that only its environment tells what to do.
 * @param {Record<string, string>} [env]
 */
export function startProcess(env = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  /** @type {any[]} */
  const log = []
  const lines = createInterface(child.stdout)
  const exit = once(child, 'close').then(([code]) => /** @type {number | null} */ (code))
  lines.on('line', (line) => log.push(JSON.parse(line)))

  const origin = async () => {
    while (!log.some((line) => line.message === 'listening')) {
      await Promise.race([
        once(lines, 'line'),
        exit.then(() => Promise.reject(new Error('it ended'))),
      ])
    }
    return `http://127.0.0.1:${log.find((line) => line.message === 'listening').port}`
  }
  return { child, log, exit, origin }
}

/**
 * @param {string} url
 * @param {object} body
 * @param {Record<string, string>} [headers]
 */
export async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: /** @type {any} */ (await response.json()) }
}

/** @param {string} url */
export async function get(url) {
  const response = await fetch(url)
  return { status: response.status, body: /** @type {any} */ (await response.json()) }
}
