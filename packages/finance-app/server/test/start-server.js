import { createLog } from '../src/log.js'
import { startServer } from '../src/server.js'
import { readSettings } from '../src/settings.js'
import { openStore } from '../src/stores/store.js'

/**
 * Starts the server in this process, so that coverage sees what it runs. How it is as a process is asked by
 * process.test.js.
 * @param {Record<string, string>} [env]
 */
export async function startInside(env = {}) {
  const settings = readSettings({ PORT: '0', HOST: '127.0.0.1', ...env })
  const store = openStore(settings.storeUrl, settings.currency)
  /** @type {any[]} */
  const log = []
  const server = await startServer(
    { settings, store, startedAt: new Date().toISOString() },
    createLog(settings.logLevel, (line) => log.push(JSON.parse(line))),
  )
  return { origin: `http://127.0.0.1:${server.port}`, log, stop: () => server.stop(5000) }
}
