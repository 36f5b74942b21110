/**
 * @typedef {object} Log One JSON object a line, as log collectors want it.
 * @property {(message: string, fields?: object) => void} debug
 * @property {(message: string, fields?: object) => void} info
 * @property {(message: string, fields?: object) => void} error
 */

/**
 * @param {'debug' | 'info'} lowest
 * @param {(line: string) => void} [write]
 * @returns {Log}
 */
export function createLog(lowest, write = (line) => process.stdout.write(line)) {
  /** @param {string} level @param {string} message @param {object} [fields] */
  const print = (level, message, fields) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
  }
  return {
    debug: (message, fields) => {
      if (lowest === 'debug') print('debug', message, fields)
    },
    info: (message, fields) => print('info', message, fields),
    error: (message, fields) => print('error', message, fields),
  }
}
