import { withTimeLimit } from '../../../test/support/time-limit.ts';
import { readXmp } from './xmp.ts';

const packet = (inside: string, attributes = '') =>
  Buffer.from(`<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" ${attributes}>${inside}</rdf:Description>
    </rdf:RDF></x:xmpmeta><?xpacket end="w"?>`);

it('reads properties as attributes and as elements', () => {
  const xmp = readXmp(
    packet(
      '<xmp:CreateDate>2024-05-01T09:30:00+02:00</xmp:CreateDate>',
      'tiff:Make="Example" xmp:Rating="5"',
    ),
  );
  expect(xmp).toEqual({
    xmp: { CreateDate: '2024-05-01T09:30:00+02:00', Rating: 5 },
    ifd0: { Make: 'Example' },
  });
});

it('reads lists, languages and structures', () => {
  const xmp = readXmp(
    packet(`
      <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>zwölf</rdf:li></rdf:Bag></dc:subject>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea &amp; sand</rdf:li></rdf:Alt></dc:title>
      <xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved"/><rdf:li rdf:parseType="Resource"><stEvt:action>made</stEvt:action></rdf:li></rdf:Seq></xmpMM:History>
      <exif:Flash><rdf:Description exif:Fired="False" exif:Mode="2"/></exif:Flash>
      <exif:Empty/>`),
  );
  expect(xmp).toEqual({
    dc: { subject: ['sea', 'zwölf'], title: 'Sea & sand' },
    xmpMM: { History: [{ action: 'saved' }, { action: 'made' }] },
    exif: { Flash: { Fired: false, Mode: 2 } },
  });
});

it.each([
  ['007', '007'],
  ['12', 12],
  ['2.80', '2.80'],
  ['0x10', '0x10'],
  ['TRUE', true],
  ['  a  b ', 'a  b'],
])('converts %j to %j', (text, value) => {
  expect(readXmp(packet(`<a:b>${text}</a:b>`))).toEqual({ a: { b: value } });
});

it('returns the properties before an error, and none if the packet is not XMP', () => {
  expect(readXmp(packet('<a:b>1</a:b><a:c></a:d><a:e>2</a:e>'))).toMatchObject({ a: { b: 1 } });
  expect(readXmp(packet('<a:b>1</a:b><a:c>').subarray(0, -60))).toMatchObject({ a: { b: 1 } });
  for (const nothing of ['', '\0\0\0', '<', 'text', '<x:xmpmeta/>', '{"a":1}'])
    expect(readXmp(Buffer.from(nothing))).toEqual({});
});

it('does not expand entities that the packet declares', () => {
  const declared = Buffer.from(
    `<!DOCTYPE x [<!ENTITY e "expanded"><!ENTITY f SYSTEM "file:///etc/passwd">]>${packet('<a:b>&e;&f;</a:b>').toString()}`,
  );
  expect(JSON.stringify(readXmp(declared))).not.toMatch(/expanded|root:/);
});

it('does not set a prototype from a name', () => {
  const xmp = readXmp(packet('<__proto__:isAdmin>1</__proto__:isAdmin><a:__proto__>1</a:__proto__>'));
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  expect(xmp['isAdmin']).toBeUndefined();
});

/** A reader that searches for the end of each tag would take minutes for this size. */
const SIZE = 1000 * 1024;
it.each([
  ['tags that never end', '<a:b>'.repeat(SIZE / 5)],
  ['descriptions that never end', '<rdf:Description>'.repeat(SIZE / 17)],
  ['deep nesting', `${'<a:b>'.repeat(SIZE / 11)}${'</a:b>'.repeat(SIZE / 11)}`],
  ['many tags', '<a:b>1</a:b>'.repeat(SIZE / 12)],
  ['a name of a megabyte', `<a:${'b'.repeat(SIZE)}/>`],
  ['an attribute of a megabyte', `<a:b ${'c'.repeat(SIZE)}="1"/>`],
  ['many attributes', `<a:b ${'c:d="1" '.repeat(SIZE / 8)}/>`],
  ['white space', `<a:b ${' '.repeat(SIZE)}/>`],
  ['open quotes', '<a:b c="'.repeat(SIZE / 8)],
  ['entities', `<a:b>${'&amp;'.repeat(SIZE / 5)}</a:b>`],
  ['half entities', `<a:b>${'&'.repeat(SIZE)}</a:b>`],
  ['comments', '<!-- '.repeat(SIZE / 5)],
])('reads a megabyte of %s within the time limit', (_, inside) => {
  const document = packet(inside);
  expect(withTimeLimit(() => readXmp(document))).toEqual(expect.any(Object));
});

it('ignores a packet of more than a megabyte', () => {
  expect(readXmp(packet(`<a:b>1</a:b>${' '.repeat(1024 ** 2)}`))).toEqual({});
});
