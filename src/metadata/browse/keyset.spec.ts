import { addPlace, decodeCursor, encodeCursor, orderBy } from './keyset.ts';
import { Conditions, OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-query.ts';

const order = (field: PhotoOrderField, direction = OrderDirection.DESC): PhotoOrder => ({ field, direction });

describe('a cursor', () => {
  it.each([
    [PhotoOrderField.TAKEN_AT, new Date('2024-05-01T09:30:00.120Z')],
    [PhotoOrderField.UPLOADED_AT, new Date(0)],
    [PhotoOrderField.FILENAME, '写真 "1".jpg'],
    [PhotoOrderField.SIZE, 2 ** 40],
  ])('of %s comes back as the place it was made of', (field, value) => {
    const place = { value, id: 'photo-1' };
    expect(decodeCursor(order(field), encodeCursor(order(field), place))).toEqual(place);
  });

  it.each([
    ['of another field', encodeCursor(order(PhotoOrderField.SIZE), { value: 1, id: 'a' })],
    [
      'of another direction',
      encodeCursor(order(PhotoOrderField.TAKEN_AT, OrderDirection.ASC), { value: new Date(), id: 'a' }),
    ],
    ['that is no base64', '***'],
    ['that is no JSON', Buffer.from('nonsense').toString('base64url')],
    ['that is no list', Buffer.from('{}').toString('base64url')],
    ['whose value is no time', Buffer.from('["TAKEN_AT","DESC",9e15,"a"]').toString('base64url')],
    ['whose value is a text', Buffer.from('["TAKEN_AT","DESC","now","a"]').toString('base64url')],
    ['whose id is no text', Buffer.from('["TAKEN_AT","DESC",1,{}]').toString('base64url')],
    ['that is very long', 'A'.repeat(2000)],
  ])('%s is BAD_USER_INPUT', (_, cursor) => {
    expect(() => decodeCursor(order(PhotoOrderField.TAKEN_AT), cursor)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
    );
  });
});

describe('an order', () => {
  it('is total, and turns round when it is read backwards', () => {
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), false)).toBe('taken_at_local DESC, id DESC');
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), true)).toBe('taken_at_local ASC, id ASC');
  });

  it.each([
    [OrderDirection.DESC, 'after', '<'],
    [OrderDirection.DESC, 'before', '>'],
    [OrderDirection.ASC, 'after', '>'],
    [OrderDirection.ASC, 'before', '<'],
  ] as const)('%s: what comes %s a place is %s it', (direction, side, sign) => {
    const where = new Conditions();
    addPlace(where, order(PhotoOrderField.SIZE, direction), { value: 7, id: 'x' }, side);
    expect(String(where)).toBe(`size_bytes ${sign}= $1 AND (size_bytes ${sign} $1 OR id ${sign} $2)`);
    expect(where.params).toEqual([7, 'x']);
  });
});
