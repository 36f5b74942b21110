import { expect, test } from '@jest/globals'
import { fillTables } from '../../tools/docs/tables.ts'

const ACTION = {
  inputs: {
    service: { description: 'The service.\n', required: true },
    mode: { description: 'Either a | b,\nor c.', default: 'a|b' },
    plain: { description: 'Nothing to say.' },
  },
  outputs: { outcome: { description: 'How it ended.' } },
}

test('tables stand between their marks, whatever stood there before; the rest of the page stays', () => {
  const page =
    '# x\n<!-- inputs -->\nold\n<!-- /inputs -->\ntext\n<!-- outputs --><!-- /outputs -->\n'
  const filled = fillTables(page, ACTION)
  expect(filled).toBe(`# x
<!-- inputs -->

| input | meaning | default |
| --- | --- | --- |
| \`service\` | The service. | **required** |
| \`mode\` | Either a \\| b, or c. | \`a\\|b\` |
| \`plain\` | Nothing to say. |  |

<!-- /inputs -->
text
<!-- outputs -->

| output | meaning |
| --- | --- |
| \`outcome\` | How it ended. |

<!-- /outputs -->
`)
  expect(fillTables(filled, ACTION)).toBe(filled)
})

test('a page without marks stays as it is', () => {
  expect(fillTables('# x\n', ACTION)).toBe('# x\n')
})
