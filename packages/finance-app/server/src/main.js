import { createLog } from './log.js'
import { startServer } from './server.js'
import { readSettings, SettingError } from './settings.js'
import { openStore } from './stores/store.js'

/** ECS kills a container 30 s after SIGTERM; this has to be well below. */
const STOP_LIMIT_MILLISECONDS = 10_000

async function main() {
  const settings = readSettings(process.env)
  const log = createLog(settings.logLevel)
  const store = openStore(settings.storeUrl, settings.currency)
  const app = { settings, store, startedAt: new Date().toISOString() }
  const server = await startServer(app, log)
  log.info('listening', { host: settings.host, port: server.port, version: settings.version })

  /** @param {string} signal */
  const stop = async (signal) => {
    const stopped = server.stop(STOP_LIMIT_MILLISECONDS)
    log.info('stopping', { signal })
    await stopped
    log.info('stopped')
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((/** @type {Error} */ error) => {
  const isWrongSetting = error instanceof SettingError
  createLog('info').error(isWrongSetting ? error.message : `cannot start: ${error.message}`)
  process.exitCode = 1
})
