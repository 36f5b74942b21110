import { Problem } from './problem.js'

const MAX_BYTES = 16 * 1024

/**
 * The body of a request as a JSON object.
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readJson(request) {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(415, 'not-json', 'Send the body as application/json.')
  }
  const body = parse(await readText(request))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem(400, 'not-an-object', 'The body has to be a JSON object.')
  }
  return /** @type {Record<string, unknown>} */ (body)
}

/** @param {import('node:http').IncomingMessage} request */
async function readText(request) {
  const chunks = []
  let bytes = 0
  // Leaving the loop must not close the connection: the answer still has to go out.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) {
      // What still comes is thrown away, so that the answer is read; the connection is not used again.
      request.resume()
      const headers = { connection: 'close' }
      throw new Problem(413, 'too-large', `The body is above ${MAX_BYTES} bytes.`, headers)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'bad-json', 'The body is not valid JSON.')
  }
}
