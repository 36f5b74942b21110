/**
 * Makes a PNG of chromium a third of its size: a page of text has few colours, so one byte a pixel is enough.
 * https://www.w3.org/TR/png-3/
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** Colours of the palette that are chosen because they are frequent; the rest because they are like no other. */
const FREQUENT = 192
const MOST_COLOURS = 256

interface Image {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel: red, green, blue. */
  readonly pixels: Buffer
}

export function shrinkPng(png: Buffer): Buffer {
  const { width, height, pixels } = readImage(png)
  const palette = paletteOf(pixels)
  const indices = new Map(palette.map((colour, index) => [colour, index]))
  const lines = Buffer.alloc(height * (width + 1))
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = pixels.readUIntBE(pixel * 3, 3)
    const index = indices.get(colour) ?? palette.indexOf(nearestColour(colour, palette))
    indices.set(colour, index)
    lines[pixel + Math.floor(pixel / width) + 1] = index
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a pixel, by palette.
  header.set([8, 3], 8)
  const colours = Buffer.from(palette.flatMap(channels))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Colours are numbers of three bytes. The frequent ones alone would make a small red sign grey. */
function paletteOf(pixels: Buffer): readonly number[] {
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const colours = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour)
  const palette = colours.slice(0, FREQUENT)
  const rest = new Map(
    colours.slice(FREQUENT).map((each) => [each, distance(each, nearestColour(each, palette))]),
  )
  while (palette.length < MOST_COLOURS && rest.size > 0) {
    const [farthest] = [...rest].reduce((best, each) => (each[1] > best[1] ? each : best))
    palette.push(farthest)
    rest.delete(farthest)
    for (const [each, before] of rest) rest.set(each, Math.min(before, distance(each, farthest)))
  }
  return palette
}

const channels = (colour: number): [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 255,
  colour & 255,
]

function distance(one: number, other: number): number {
  const [red, green, blue] = channels(one)
  const [otherRed, otherGreen, otherBlue] = channels(other)
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2
}

const nearestColour = (colour: number, palette: readonly number[]): number =>
  palette.reduce((best, each) => (distance(each, colour) < distance(best, colour) ? each : best))

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** Reads what chromium writes: eight bits a channel, no transparency, not interlaced. */
function readImage(png: Buffer): Image {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const format = png.subarray(24, 29).join()
  if (format !== '8,2,0,0,0') throw new Error(`A picture in an unknown format (${format}).`)
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(data)), width * 3) }
}

/** Every line begins with the kind of its filter, and counts from its neighbours to the left and above. */
function unfilter(data: Buffer, stride: number): Buffer {
  const pixels = Buffer.alloc((data.length / (stride + 1)) * stride)
  for (let at = 0; at < pixels.length; at++) {
    const line = Math.floor(at / stride)
    const isFirst = at % stride < 3
    const left = isFirst ? 0 : (pixels[at - 3] ?? 0)
    const above = pixels[at - stride] ?? 0
    const corner = isFirst ? 0 : (pixels[at - stride - 3] ?? 0)
    const kind = data[line * (stride + 1)] ?? 0
    const value = data[at + line + 1] ?? 0
    pixels[at] = value + predicted(kind, left, above, corner)
  }
  return pixels
}

function predicted(kind: number, left: number, above: number, corner: number): number {
  switch (kind) {
    case 1:
      return left
    case 2:
      return above
    case 3:
      return (left + above) >> 1
    case 4:
      return paeth(left, above, corner)
    default:
      return 0
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [toLeft, toAbove] = [Math.abs(guess - left), Math.abs(guess - above)]
  const toCorner = Math.abs(guess - corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
