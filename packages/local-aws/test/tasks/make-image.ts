/** Makes small real OCI images in memory, as a registry would hand them out. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ImageConfig, PulledImage } from '../../src/services/ecr/part.ts'

export interface Entry {
  readonly name: string
  readonly type?: 'file' | 'directory' | 'symlink' | 'link'
  readonly content?: string | Buffer
  readonly linkname?: string
  readonly mode?: number
}

export async function makeLayer(
  entries: readonly Entry[],
  gzip = true,
): Promise<PulledImage['layers'][number]> {
  const tar = pack()
  for (const { content, ...header } of entries) tar.entry(header, content ?? '')
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  const plain = Buffer.concat(chunks)
  const data = gzip ? gzipSync(plain) : plain
  return {
    digest: `sha256:${createHash('sha256').update(data).digest('hex')}`,
    mediaType: `application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : ''}`,
    data,
  }
}

export async function makeImage(
  layers: readonly (readonly Entry[])[],
  config: ImageConfig = {},
  architecture = 'amd64',
): Promise<PulledImage> {
  const made = await Promise.all(layers.map((entries) => makeLayer(entries)))
  const names = made.map((layer) => layer.digest).join() + JSON.stringify(config) + architecture
  return {
    reference: 'registry.test/app:1',
    digest: `sha256:${createHash('sha256').update(names).digest('hex')}`,
    architecture,
    os: 'linux',
    config,
    layers: made,
  }
}

/** An image whose one program is `code`, run by node. */
export const nodeImage = (code: string, config: ImageConfig = {}): Promise<PulledImage> =>
  makeImage([[{ name: 'app/main.mjs', content: code }]], {
    Entrypoint: ['node', '/app/main.mjs'],
    WorkingDir: '/app',
    ...config,
  })

/** Answers every request with 200; ends on SIGTERM. */
export const SERVER = `
import { createServer } from 'node:http'
const server = createServer((request, response) => response.end('hello'))
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('listening'))
process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
`
