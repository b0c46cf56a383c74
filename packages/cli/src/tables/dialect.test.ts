import { expect, test } from 'vitest'
import { detectDialect } from './dialect.js'

const of = (text: string, extension: '.csv' | '.tsv' | '.txt' = '.csv') => detectDialect(text, extension).delimiter

test.each([
  ['comma', ',', 'a,b\n1,2\n3,4\n'],
  ['comma with spaces', ',', 'a, b\n1, 2\n3, 4\n'],
  ['semicolon', ';', 'a;b\n1;2\n'],
  ['semicolon with decimal commas', ';', '1,5;2,5\n3,25;4,125\n'],
  ['comma, each row a text cell with a semicolon', ',', 'a;b,1,2\nc;d,3,4\n'],
  ['comma, each row a date with spaces', ',', '2015-02-04 17:51:00,23.1\n2015-02-04 17:52:00,23.2\n'],
  ['tab', '\t', 'a\tb\n1\t2\n'],
  ['tab, text with commas', '\t', 'x, y\t1\nz, w\t2\n'],
  ['bar', '|', 'a|b\n1|2\n'],
  ['one space', ' ', '1 2\n3 4\n'],
  ['runs of spaces and tabs', ' ', '  1.0   2.0\t3\n 10.0\t\t-2  3 \n'],
  ['numbers between spaces, a tab before a quoted name', ' ', '18.0  8  307.0\t"chevrolet malibu"\n15.0  8  350.0\t"buick skylark"\n'],
  ['tab, thousands with a space', '\t', '10 000\t20 000\n1 500\t2 500,5\n'],
  ['tab, text with a number in it', '\t', 'Room 12\t3.5\nRoom 13\t4\n'],
  ['a column of numbers alone', ',', '1\n2\n3\n'],
  ['comma, one ragged row', ',', 'a b,1\nc d,2\ne f,3\ng h\ni j,4\n'],
  ['comma, quoted cells with other separators', ',', '"a;b;c",1\n"d;e",2\n"f",3\n'],
  ['nothing', ',', ''],
  ['one word', ',', 'hello'],
])('%s', (_, delimiter, text) => expect(of(text)).toBe(delimiter))

test('.tsv with a tab is separated by tabs', () => expect(of('a,b\tc\n1,2\t3\n', '.tsv')).toBe('\t'))
test('.tsv without tabs is judged like the others', () => expect(of('a,b\n1,2\n', '.tsv')).toBe(','))
test('lines end in a line feed, or in carriage returns alone', () => {
  expect(detectDialect('a,b\r\n1,2\r\n', '.csv').newline).toBe('\n')
  expect(detectDialect('a,b\r1,2\r', '.csv').newline).toBe('\r')
})
test('a long text is judged by its first rows', () => {
  const long = 'x y,1\n'.repeat(50_000)
  expect(of(long)).toBe(',')
})
