import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BadCommand, quoteCommand, splitCommand } from '../../src/checks/split-command.ts'

test.each<[string, readonly string[]]>([
  ['npx eslint .', ['npx', 'eslint', '.']],
  ['  npx\t eslint   .  ', ['npx', 'eslint', '.']],
  ['npm test\n', ['npm', 'test']],
  ["jest --testNamePattern='a b | c'", ['jest', '--testNamePattern=a b | c']],
  ['echo "it\'s $5.00 \\$HOME \\" \\\\ \\n"', []],
  ['echo "it\'s 100% \\$HOME \\" \\\\ \\n"', ['echo', 'it\'s 100% $HOME " \\ \\n']],
  ["a ''", ['a', '']],
  ['a ""b\'\'c', ['a', 'bc']],
  ['eslint \\*.ts "src/*.ts"', ['eslint', '*.ts', 'src/*.ts']],
  ['jest \\\n  --ci \\\n--coverage', ['jest', '--ci', '--coverage']],
  ['pattern end$ a$/b', ['pattern', 'end$', 'a$/b']],
  ['tool --home=~/x a~b a#b k=v', ['tool', '--home=~/x', 'a~b', 'a#b', 'k=v']],
  ['find . -name x -exec {}', ['find', '.', '-name', 'x', '-exec', '{}']],
  ['mvn test -Dit.test=A!B', ['mvn', 'test', '-Dit.test=A!B']],
])('%j is %j', (line, words) => {
  if (words.length === 0) expect(() => splitCommand(line)).toThrow(BadCommand)
  else expect(splitCommand(line)).toEqual(words)
})

describe('what only a shell can do', () => {
  test.each([
    ['tsc | tee log', 5, '`|` is for a shell: write `shell: bash`, or quote it.'],
    ['a && b', 3, '`&&` is for a shell'],
    ['a || b', 3, '`||` is for a shell'],
    ['a & ', 3, '`&` is for a shell'],
    ['a; b', 2, '`;` is for a shell'],
    ['a > file', 3, '`>` is for a shell'],
    ['a 2>&1', 4, '`>` is for a shell'],
    ['a < file', 3, '`<` is for a shell'],
    ['a $HOME/x', 3, '`$HOME` is for a shell'],
    [
      'a "x ${Y}"',
      6,
      '`${Y}` is for a shell: write `shell: bash`, or write a backslash before it.',
    ],
    ['a $(b)', 3, '`$(` is for a shell'],
    ["a $'x'", 3, "`$'` is for a shell"],
    ['a "`b`"', 4, 'is for a shell: write `shell: bash`, or write a backslash before it.'],
    ['a `b`', 3, 'is for a shell'],
    ['eslint src/*.ts', 12, '`*` is for a shell'],
    ['eslint a?.ts', 9, '`?` is for a shell'],
    ['eslint [ab].ts', 8, '`[` is for a shell'],
    ['eslint {a,b}.ts', 8, '`{a,b}.ts` is for a shell'],
    ["eslint x{'a',b}", 8, 'is for a shell'],
    ['CI=1 npm test', 1, '`CI=…` before a command is for a shell: write it under `env`'],
    ['ls ~/x', 4, '`~` is for a shell'],
    ['env A=~/x b', 5, '`A=~/x` is for a shell'],
    ['a # why', 3, '`#` is for a shell'],
    ['npm ci\nnpm test', 7, 'a second line is for a shell'],
    ['cd packages/api', 1, '`cd` is for a shell: write `working-directory`, or `shell: bash`.'],
    ['export A', 1, '`export` is for a shell'],
    ["a 'b", 3, "the quote ' is never closed."],
    ['a b"c', 4, 'the quote " is never closed.'],
    ['a b\\', 4, 'nothing follows the backslash.'],
    ['a "b\0"', 5, 'no argument can have a NUL in it.'],
    ['', 1, 'there is no command.'],
    [' \t\n', 1, 'there is no command.'],
  ])('%j is refused at %i: %s', (line, position, problem) => {
    let thrown: unknown
    try {
      splitCommand(line)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(BadCommand)
    const { position: at, message } = thrown as BadCommand
    expect(at).toBe(position)
    expect(message).toContain(problem)
  })
})

const words = fc.array(
  fc
    .oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('ab=~#!{},. $`"\'\\|&;<>*?[]()\n\r\t')) }),
    )
    .map((word) => word.replaceAll('\0', '')),
  { minLength: 1, maxLength: 5 },
)

/** Ways to write one character so that it means itself. */
const asItself = (way: number, character: string): string =>
  way === 0 && character !== "'"
    ? `'${character}'`
    : way === 1 || character === '\n'
      ? `"${/["\\$`]/.test(character) ? '\\' : ''}${character}"`
      : `\\${character}`

test('what is quoted comes back', () => {
  fc.assert(
    fc.property(words, fc.infiniteStream(fc.nat(2)), (given, ways) => {
      expect(splitCommand(quoteCommand(given))).toEqual(given)
      const mixed = given.map((word) =>
        word === ''
          ? '""'
          : Array.from(word, (each) => asItself(ways.next().value as number, each)).join(''),
      )
      expect(splitCommand(mixed.join(' '))).toEqual(given)
    }),
    { numRuns: 500 },
  )
})

test('where a line is taken, bash makes the same words of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'split-command-'))
  const unit = fc.constantFrom(...Array.from('aaabbb     =:~#!{},..12$`"\'\\\\|&;<>*?[]()^%@+-/\n'))
  let taken = 0
  try {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 14 }), (text) => {
        const line = `x ${text}`
        let split: readonly string[]
        try {
          split = splitCommand(line)
        } catch (error) {
          expect(error).toBeInstanceOf(BadCommand)
          return
        }
        taken++
        const script = line.replace('x ', String.raw`printf '%s\0' x `)
        const printed = execFileSync('bash', ['--noprofile', '--norc', '-c', script], {
          cwd: folder,
          env: { PATH: process.env['PATH'] ?? '', HOME: '/home/of-nobody' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        expect(printed.split('\0').slice(0, -1)).toEqual(split)
      }),
      { numRuns: 1500 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(taken).toBeGreaterThan(100)
})
