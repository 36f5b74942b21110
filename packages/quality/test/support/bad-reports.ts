/** What no reader of JSON may believe, whatever it reads; with what must be said about it. */
export const BAD_JSON: readonly (readonly [
  what: string,
  content: string | Uint8Array,
  said: string,
])[] = [
  ['is empty', '', 'report.json: the report is empty (0 bytes)'],
  ['is blank', '  \n \n', 'report.json: the report holds nothing but white space'],
  ['is UTF-16', Buffer.from('\ufeff[]', 'utf16le'), 'report.json:1: the report is UTF-16'],
  [
    'is not UTF-8',
    Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]),
    'report.json:1: this line is not UTF-8',
  ],
  [
    'is a log',
    'added 3 packages\n[]',
    "report.json:1: 'a' stands where a value should (column 1).",
  ],
  ['is XML', '<testsuites/>', "report.json:1: '<' stands where a value should (column 1)."],
  ['is of another shape', '"text"', 'report.json: it is no'],
  ['is nothing', 'null', 'report.json: it is no'],
]

/** A report as it is left by a tool that was ended while it wrote. */
export const cutsOf = (text: string): readonly string[] =>
  [0.1, 0.3, 0.5, 0.7, 0.9, 0.99].map((share) => text.slice(0, Math.floor(text.length * share)))
