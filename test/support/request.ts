import { get, type Agent } from 'node:http'

export type Answer = { readonly text: string } | { readonly failure: string }

/** One request as a user sends it. Every answer below 500 is one; all else is a failure, and says which. Never rejects. */
export function request(url: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      const status = response.statusCode ?? 0
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part
        })
        .once('end', () => {
          resolve(status >= 500 ? { failure: `HTTP ${status}` } : { text })
        })
        .once('error', (error) => {
          resolve({ failure: error.message })
        })
    }).once('error', (error: NodeJS.ErrnoException) => {
      resolve({ failure: error.code ?? error.message })
    })
  })
}
